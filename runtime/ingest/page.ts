import { dirname } from "node:path";
import { builtPath } from "../built/built-path.ts";
import { pageFiles } from "../built/page-files.ts";
import type { Api } from "../pipelines/pipeline.ts";
import { RequestProblem } from "./problem.ts";

/** Where a pipeline's page is, below the address of its API. */
export function pagePath(name: string): string {
  return `/${name}.html`;
}

/** Whether the page stands beside this program. */
export function isPageBuilt(name: string): boolean {
  return builtPath(`web${pagePath(name)}`) !== undefined;
}

/** Serves a pipeline's page, and what it loads from the folder of its name. */
export function addPage(api: Api, name: string): void {
  const built = builtPath(`web${pagePath(name)}`);
  if (built === undefined) {
    api.get(pagePath(name), () => {
      throw new RequestProblem(404, "The page does not stand beside this program: `npm run build` puts it there.");
    });
    return;
  }
  const files = pageFiles(dirname(built), `/${name}/`);
  for (const path of [pagePath(name), `/${name}/*`]) api.get(path, ...files);
}
