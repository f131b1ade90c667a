/**
 * Makes what the pure folder `sim/` must not touch throw when it is called from there: the lint sees `Math.random()`,
 * but not `const m = Math; m.random()`. Everybody else (Vitest, fast-check, the tests) goes on as usual, because the
 * caller is looked up on the stack. It is loaded first, so that a copy taken while a module loads is guarded as well.
 */
import { join, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const HERE = fileURLToPath(import.meta.url);
const PURE = join(HERE, "../../../sim") + sep;

guard(Math, ["random"]);
guard(performance, ["now"]);
guard(crypto, ["getRandomValues", "randomUUID"]);
guard(globalThis, ["fetch", "queueMicrotask", "setImmediate", "setInterval", "setTimeout"]);
guard(console, ["debug", "error", "info", "log", "warn"]);

globalThis.Date = new Proxy(Date, {
  construct(target, given, newTarget) {
    refuseTo("new Date");
    return Reflect.construct(target, given, newTarget) as Date;
  },
  apply(target) {
    refuseTo("Date");
    return target();
  },
  get(target, property, receiver) {
    if (property === "now" || property === "parse" || property === "UTC") refuseTo(`Date.${property}`);
    return Reflect.get(target, property, receiver) as unknown;
  },
});

function guard(owner: object, names: readonly string[]): void {
  const methods = owner as Record<string, (...given: unknown[]) => unknown>;
  for (const name of names) {
    methods[name] = new Proxy(methods[name]!, {
      apply(target, self, given) {
        refuseTo(name);
        return Reflect.apply(target, self, given);
      },
    });
  }
}

function refuseTo(name: string): void {
  const caller = nearestCaller();
  if (caller?.startsWith(PURE) === true) {
    throw new Error(`${caller} called ${name}: sim/ knows no clock, no randomness of its own and no world. Take it as an argument.`);
  }
}

/** The file that called a guarded function; built-in functions on the way, as in `list.map(Math.random)`, do not count. */
function nearestCaller(): string | undefined {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- put back as it was found
  const before = { prepareStackTrace: Error.prepareStackTrace, stackTraceLimit: Error.stackTraceLimit };
  Error.stackTraceLimit = 12;
  Error.prepareStackTrace = (_, sites) => sites;
  const sites = new Error().stack as unknown as NodeJS.CallSite[];
  Object.assign(Error, before);
  return sites.map(fileOf).find((file) => file !== undefined && file !== HERE);
}

function fileOf(site: NodeJS.CallSite): string | undefined {
  const file = site.getFileName() ?? "";
  if (file === "" || file.startsWith("node:")) return undefined;
  return fileURLToPath(file.startsWith("file:") ? file : pathToFileURL(file));
}
