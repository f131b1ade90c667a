import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { pipelines } from "../../../runtime/pipelines/index.ts";
import type { Pipeline } from "../../../runtime/pipelines/pipeline.ts";

interface Told {
  readonly name: string;
  readonly defaultTold: string;
}

/** Settings and their defaults in the table of a system's page; a row may tell of several. */
function toldOn(page: string): Told[] {
  return page.split("\n").flatMap((line) => {
    const [, names = "", side = "", defaults = ""] = line.split("|").map((cell) => cell.trim());
    if (!/^`[A-Z][A-Z0-9_]+`/.test(names) || !/^(both|API|worker)$/.test(side)) return [];
    const each = defaults.split(", ");
    return [...names.matchAll(/`([A-Z0-9_]+)`/g)].map(([, name = ""], index) => ({ name, defaultTold: each[index] ?? each[0] ?? "" }));
  });
}

/** What a setting is when it is left out. */
function defaultOf(type: z.core.$ZodType): string {
  const { isOptional, ...meta } = z.globalRegistry.get(type) as unknown as { readonly isOptional?: boolean; readonly default?: unknown };
  return "default" in meta ? String(meta.default) : isOptional === true ? "none" : "required";
}

async function settingsOf(pipeline: Pipeline): Promise<Map<string, string>> {
  const [api, worker] = await Promise.all([pipeline.api(), pipeline.worker()]);
  const own = Object.entries({ ...api.settings.shape, ...worker.settings.shape }).map(([name, type]) => [name, defaultOf(type)] as const);
  return new Map([...own, ...Object.entries(worker.settings.usual ?? {})]);
}

describe.each(pipelines.map((pipeline) => [pipeline.name, pipeline] as const))("docs/systems/%s.md", (name, pipeline) => {
  const told = toldOn(readFileSync(join(import.meta.dirname, "../../../docs/systems", `${name}.md`), "utf8"));

  it("names every setting of the pipeline", async () => {
    const { otherNames = {} } = (await pipeline.worker()).settings;
    const names = new Set(told.map((each) => each.name));
    const missing = [...(await settingsOf(pipeline)).keys()].filter((each) => !names.has(each) && !names.has(otherNames[each] ?? ""));
    expect(missing).toEqual([]);
  });

  it("tells the defaults that they have", async () => {
    const settings = await settingsOf(pipeline);
    const other = Object.fromEntries(
      Object.entries((await pipeline.worker()).settings.otherNames ?? {}).map(([own, second]) => [second, own]),
    );
    const plain = (text: string) => text.replaceAll(/[`,]/g, "");
    for (const { name: setting, defaultTold } of told) {
      const actual = settings.get(setting) ?? settings.get(other[setting] ?? "");
      if (actual !== undefined && plain(defaultTold) !== "worker's own")
        expect(`${setting} ${plain(defaultTold)}`).toBe(`${setting} ${actual}`);
    }
  });
});
