import { Console } from "node:console";
import { statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, resolve } from "node:path";
import { Writable } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { compileFunction } from "node:vm";
import type { Policy } from "../../../sim/index.ts";
import { Problem, systemProblem } from "../problem.ts";
import { isTimeout, within } from "./watchdog.ts";

/**
 * Loads a user's own policy: a module, TypeScript or JavaScript, whose default export is a `Policy`.
 *
 * The file is bundled with what it imports, in memory, by Vite: Node 20 runs no TypeScript, and Vite is what bundles this
 * command itself, so that nothing is needed beside what `npm ci` installs. The bundle is one plain function (CommonJS),
 * because that is what Node can be made to leave again: a file that never ends is a fault of the file, not a hung command.
 * What the policy logs goes to the standard error, away from the results, or nowhere when it is asked thousands of times.
 */
export async function loadPolicy(path: string, log: "stderr" | "nowhere"): Promise<Policy<unknown>> {
  try {
    if (statSync(path).isDirectory()) throw Object.assign(new Error(), { code: "EISDIR" });
  } catch (error) {
    throw systemProblem(error, path);
  }
  const file = resolve(path);
  const exported = defaultExport(run(await bundled(file, path), { file, path, log }));
  const fault = faultOf(exported);
  if (fault !== undefined) throw unusable(path, fault);
  return exported as Policy<unknown>;
}

/** The file and all it imports but Node's own modules, as the body of a CommonJS module. */
async function bundled(file: string, path: string): Promise<string> {
  const { build } = await import("vite");
  try {
    const built = await build({
      configFile: false,
      envFile: false,
      publicDir: false,
      root: dirname(file),
      logLevel: "silent",
      build: {
        ssr: file,
        write: false,
        minify: false,
        target: "node20",
        rolldownOptions: { output: { format: "cjs", exports: "named", codeSplitting: false } },
      },
      ssr: { target: "node", noExternal: true },
    });
    const [chunk] = "output" in built ? built.output : [];
    if (chunk === undefined) throw new Error("nothing was built");
    return chunk.code;
  } catch (error) {
    throw unusable(path, buildFault(error), error);
  }
}

function run(code: string, { file, path, log }: { file: string; path: string; log: "stderr" | "nowhere" }): unknown {
  const module: { exports: unknown } = { exports: {} };
  const names = ["exports", "require", "module", "__filename", "__dirname", "console"];
  const output = log === "stderr" ? process.stderr : new Writable({ write: (_piece, _encoding, done) => done() });
  const given = [module.exports, createRequire(file), module, file, dirname(file), new Console(output)];
  try {
    const body = compileFunction(code, names, { filename: file }) as (...given: unknown[]) => void;
    within(LOADING_MS, () => body(...given));
  } catch (error) {
    if (isTimeout(error)) throw unusable(path, `it has not been loaded after ${LOADING_MS / 1000} s, and seems never to end`, error);
    throw unusable(path, `it throws when it is loaded: ${messageOf(error)}`, error);
  }
  return module.exports;
}

/** What Node would give as the default: of a CommonJS module, all that it exports. */
function defaultExport(exports: unknown): unknown {
  const isModule = Object(exports) === exports && Reflect.get(exports as object, Symbol.toStringTag) === "Module";
  return isModule ? (exports as { default?: unknown }).default : exports;
}

function faultOf(exported: unknown): string | undefined {
  if (exported === undefined) return "it has no default export; write `export default` before the policy";
  if (typeof exported === "function") return "its default export is a function; call it, so that the export is the policy that it makes";
  if (typeof exported !== "object" || exported === null) return `its default export is ${JSON.stringify(exported)}; export ${SHAPE}`;
  const { kind, initial, decide } = exported as Partial<Policy<unknown>>;
  const missing = [
    ...(typeof kind === "string" ? [] : ["kind (a text)"]),
    ...(typeof initial === "function" ? [] : ["initial (a function)"]),
    ...(typeof decide === "function" ? [] : ["decide (a function)"]),
  ];
  return missing.length === 0 ? undefined : `its default export is without ${missing.join(", ")}; export ${SHAPE}`;
}

const SHAPE = "a policy, { kind, initial(), decide(state, observation, now) }";

function buildFault(error: unknown): string {
  const [first] = (Object(error) as { errors?: readonly BuildError[] }).errors ?? [];
  if (first === undefined) return messageOf(error);
  if (first.code === "INVALID_TLA_FORMAT") return "it awaits something when it is loaded, and a policy may not be asynchronous";
  const [line = ""] = stripVTControlCharacters(first.message).split("\n");
  const place = first.loc === undefined ? "" : `line ${first.loc.line}, column ${first.loc.column + 1}: `;
  return `${place}${line.replace(/^\[[\w:-]+\]\s*/, "").replace(/\.$/, "")}`;
}

interface BuildError {
  readonly code?: string;
  readonly message: string;
  readonly loc?: { readonly line: number; readonly column: number };
}

function unusable(path: string, fault: string, cause?: unknown): Problem {
  return new Problem(`${path} cannot be used: ${fault}.`, { cause });
}

function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text.split("\n")[0] ?? "").replace(/\.$/, "");
}

/** Real time that a policy's file may take to load, milliseconds. */
const LOADING_MS = 5000;
