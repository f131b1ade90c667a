import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

const SIM = join(import.meta.dirname, "sim");

/**
 * The simulator is pure: what a bundle does not use of it can be left out. The page uses a few words and types of it, the
 * worker all but the gallery, and both load more when it is asked for.
 */
export const PURE = { treeshake: { moduleSideEffects: (id: string) => !id.startsWith(SIM) } };

const SERVICE_WORKER = "service-worker.js";

/** Tells the service worker which files there are, and names that list by their content. */
function precache(): Plugin {
  return {
    name: "headroom:precache",
    apply: "build",
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const worker = bundle[SERVICE_WORKER];
        if (worker?.type !== "chunk") return;
        const built = Object.values(bundle).filter(({ fileName }) => fileName !== SERVICE_WORKER && !fileName.endsWith(".map"));
        const content = built.map((file) => file.fileName + (file.type === "chunk" ? "" : String(file.source)));
        const version = createHash("sha256").update(content.join("\n")).digest("hex").slice(0, 12);
        const files = ["./", "./favicon.svg", ...built.map(({ fileName }) => `./${fileName}`).filter((name) => name !== "./index.html")];
        worker.code = `const PRECACHE = ${JSON.stringify({ version, files })};\n${worker.code}`;
      },
    },
  };
}

const SCHEMA = join(SIM, "scenario/scenario.schema.json");
/** What editors need of the schema and the form does not. */
const FOR_EDITORS = new Set(["$schema", "$comment", "required", "additionalProperties", "pattern", "format", "minLength"]);

/** What a field means, and where that is written. */
const TOLD = new Set(["description", "source"]);

/** The schema with its descriptions, which the page fetches when it shows its first run; see web/settings/described.ts. */
const DESCRIBED = `${SCHEMA}?described`;

/**
 * Leaves out of the scenario's JSON Schema what the page does not read, and units and sources that descriptions repeat;
 * and the descriptions themselves, with their sources, where they are not asked for.
 */
function lightSchema(): Plugin {
  return {
    name: "headroom:light-schema",
    apply: "build",
    enforce: "pre",
    async load(id) {
      if (id !== SCHEMA && id !== DESCRIBED) return undefined;
      const schema = light(JSON.parse(await readFile(SCHEMA, "utf8")));
      if (id === SCHEMA) return JSON.stringify(withoutDescriptions(schema));
      return { code: `export default JSON.parse(${JSON.stringify(JSON.stringify(schema))});`, moduleType: "js" };
    },
  };
}

function withoutDescriptions(schema: unknown, isNames = false): unknown {
  if (Array.isArray(schema)) return schema.map((item) => withoutDescriptions(item));
  if (typeof schema !== "object" || schema === null) return schema;
  const kept = Object.entries(schema).filter(([name, inner]) => isNames || !TOLD.has(name) || typeof inner !== "string");
  return Object.fromEntries(
    kept.map(([name, inner]: [string, unknown]) => [name, name === "default" ? inner : withoutDescriptions(inner, name === "properties")]),
  );
}

function light(value: unknown, isNames = false): unknown {
  if (Array.isArray(value)) return value.map((item) => light(item));
  if (typeof value !== "object" || value === null) return value;
  const { unit, source } = value as { unit?: unknown; source?: unknown };
  const kept = Object.entries(value).filter(([name]) => isNames || !FOR_EDITORS.has(name));
  return Object.fromEntries(
    kept.map(([name, inner]: [string, unknown]) => {
      if (isNames || name !== "description" || typeof inner !== "string")
        return [name, name === "default" ? inner : light(inner, name === "properties")];
      return [
        name,
        inner
          .replace(`Source: ${String(source)}`, "")
          .replace(`Unit: ${String(unit)}.`, "")
          .trim(),
      ];
    }),
  );
}

/** Smaller files are not worth a second copy. */
const LEAST_COMPRESSED = 1000;

/** Puts a compressed copy beside each file that a browser reads, for the server to hand out; see runtime/built/page-files.ts. */
export function compressed(): Plugin {
  return {
    name: "headroom:compressed",
    apply: "build",
    async writeBundle({ dir = "" }, bundle) {
      const files = Object.values(bundle).filter(({ fileName }) => !fileName.endsWith(".map"));
      for (const file of files) {
        const content = Buffer.from(file.type === "chunk" ? file.code : file.source);
        if (content.length < LEAST_COMPRESSED) continue;
        await writeFile(join(dir, `${file.fileName}.gz`), await promisify(gzip)(content, { level: 9 }));
      }
    },
  };
}

export const OXC = { jsx: { runtime: "automatic", importSource: "preact" } } as const;

/** The workbench: from `web/` to `dist/web/`. The board is built by vite.board.config.ts, the command line by runtime/cli/build.js. */
export default defineConfig({
  root: "web",
  // Relative, so that the page works below any path.
  base: "./",
  build: {
    outDir: "../dist/web",
    emptyOutDir: true,
    // The server's Content-Security-Policy lets nothing inline through: every asset stays a file.
    assetsInlineLimit: 0,
    sourcemap: true,
    rolldownOptions: {
      ...PURE,
      input: {
        index: join(import.meta.dirname, "web/index.html"),
        "service-worker": join(import.meta.dirname, "web/offline/service-worker.ts"),
      },
      // Its address must not change from one build to the next.
      output: { entryFileNames: ({ name }) => (name === "service-worker" ? SERVICE_WORKER : "assets/[name]-[hash].js") },
    },
  },
  plugins: [lightSchema(), precache(), compressed()],
  oxc: OXC,
  worker: { format: "es", rolldownOptions: PURE },
  server: { host: "127.0.0.1" },
});
