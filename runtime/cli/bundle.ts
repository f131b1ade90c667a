import { builtPath } from "../built/built-path.ts";
import { Problem } from "./problem.ts";

/** Where a bundled program is. */
export function bundle(name: string): string {
  const found = builtPath(name);
  if (found === undefined) throw new Problem(`There is no ${name} to run: run \`npm run build\` first.`);
  return found;
}
