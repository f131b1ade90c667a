import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** What the build has made stands in `dist/`; this file there as well, or in a folder of it, or in `runtime/built/`. */
export function builtPath(name: string): string | undefined {
  const here = dirname(fileURLToPath(import.meta.url));
  return [here, join(here, ".."), join(here, "../../dist")].map((folder) => join(folder, name)).find((path) => existsSync(path));
}
