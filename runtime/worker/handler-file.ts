import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Handler } from "./handler.ts";

/**
 * Loads a handler as Node itself loads modules: JavaScript everywhere, TypeScript where Node can run it.
 * `headroom worker` bundles TypeScript first.
 *
 * @throws {HandlerFault} When the file is no handler.
 */
export async function importHandler(path: string): Promise<Handler> {
  try {
    const module = (await import(pathToFileURL(resolve(path)).href)) as { readonly default?: unknown };
    return asHandler(module.default, path);
  } catch (error) {
    if (error instanceof HandlerFault) throw error;
    throw new HandlerFault(path, `it cannot be loaded: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}

/** Makes sure that a module's default export is a function, as far as that can be seen without calling it. */
export function asHandler(exported: unknown, path: string): Handler {
  if (typeof exported === "function") return exported as Handler;
  const fault = exported === undefined ? "it has no default export" : `its default export is ${typeof exported}`;
  throw new HandlerFault(path, `${fault}; write \`export default\` before the function (message, context) => outcome`);
}

/** A handler's file that cannot be used. */
export class HandlerFault extends Error {
  override readonly name = "HandlerFault";

  constructor(path: string, fault: string, cause?: unknown) {
    super(`${path} cannot be used: ${fault}.`, { cause });
  }
}
