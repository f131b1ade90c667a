import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Problem } from "./problem.ts";

/** Where a bundled program is. */
export function bundle(name: string): string {
  const found = builtPath(name);
  if (found === undefined) throw new Problem(`There is no ${name} to run: run \`npm run build\` first.`);
  return found;
}

/** What the build has made stands in `dist/`; this file there as well, or in a folder of it, or in `runtime/cli/`. */
export function builtPath(name: string): string | undefined {
  const here = dirname(fileURLToPath(import.meta.url));
  return [here, join(here, ".."), join(here, "../../dist")].map((folder) => join(folder, name)).find((path) => existsSync(path));
}
