import { Console } from "node:console";
import { statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, resolve } from "node:path";
import { Writable } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { compileFunction, constants } from "node:vm";
import { isTimeout, within } from "./policy/watchdog.ts";
import { Problem, systemProblem } from "./problem.ts";

export interface ModuleUse {
  /** What it is, for messages. */
  readonly noun: string;
  /** Where what it writes to the console goes. */
  readonly log: "stderr" | "nowhere";
}

/**
 * Loads a module of the user's, TypeScript or JavaScript, and returns its default export.
 *
 * The file is bundled with what it imports, in memory, by Vite: Node 20 runs no TypeScript, and Vite is what bundles this
 * command itself, so that nothing is needed beside what `npm ci` installs. The bundle is one plain function (CommonJS),
 * because that is what Node can be made to leave again: a file that never ends is a fault of the file, not a hung command.
 * What the module logs goes to the standard error, away from the results, or nowhere when it is asked thousands of times.
 *
 * @throws {Problem} That names the file and what is wrong with it.
 */
export async function loadModule(path: string, use: ModuleUse): Promise<unknown> {
  try {
    if (statSync(path).isDirectory()) throw Object.assign(new Error(), { code: "EISDIR" });
  } catch (error) {
    throw systemProblem(error, path);
  }
  const file = resolve(path);
  return defaultExport(run(await bundled(file, path, use), file, path, use));
}

/** A file that cannot be used, and why. */
export function unusable(path: string, fault: string, cause?: unknown): Problem {
  return new Problem(`${path} cannot be used: ${fault}.`, { cause });
}

/** The file and all it imports but Node's own modules, as the body of a CommonJS module. */
async function bundled(file: string, path: string, { noun }: ModuleUse): Promise<string> {
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
    throw unusable(path, buildFault(error, noun), error);
  }
}

function run(code: string, file: string, path: string, { log }: ModuleUse): unknown {
  const module: { exports: unknown } = { exports: {} };
  const names = ["exports", "require", "module", "__filename", "__dirname", "console"];
  const output = log === "stderr" ? process.stderr : new Writable({ write: (_piece, _encoding, done) => done() });
  const given = [module.exports, createRequire(file), module, file, dirname(file), new Console(output)];
  try {
    // Node's own modules may be asked for later as well, as clients of AWS do when they look for credentials.
    const importModuleDynamically = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
    const body = compileFunction(code, names, { filename: file, importModuleDynamically }) as (...given: unknown[]) => void;
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

function buildFault(error: unknown, noun: string): string {
  const [first] = (Object(error) as { errors?: readonly BuildError[] }).errors ?? [];
  if (first === undefined) return messageOf(error);
  if (first.code === "INVALID_TLA_FORMAT") return `it awaits something when it is loaded, and a ${noun} may not be asynchronous`;
  const [line = ""] = stripVTControlCharacters(first.message).split("\n");
  const place = first.loc === undefined ? "" : `line ${first.loc.line}, column ${first.loc.column + 1}: `;
  return `${place}${line.replace(/^\[[\w:-]+\]\s*/, "").replace(/\.$/, "")}`;
}

interface BuildError {
  readonly code?: string;
  readonly message: string;
  readonly loc?: { readonly line: number; readonly column: number };
}

function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text.split("\n")[0] ?? "").replace(/\.$/, "");
}

/** Real time that a file may take to load, milliseconds. */
const LOADING_MS = 5000;
