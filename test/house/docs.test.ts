import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { scenarioSchema } from "../../sim/scenario/schema.ts";

const ROOT = join(import.meta.dirname, "../..");

const PAGES = ["", "docs", "docs/decisions", "docs/systems"].flatMap((folder) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name)),
);

/** What a reader of docs/pipelines.md makes for practice. */
const RECIPE = "runtime/pipelines/notes/";

describe.each(PAGES)("%s", (page) => {
  const text = readFileSync(join(ROOT, page), "utf8");

  it("links to nothing that is not there", () => {
    const links = [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, link = ""]) => link).filter((link) => !/^https?:/.test(link));
    expect(links.filter((link) => !existsSync(join(ROOT, dirname(page), link)))).toEqual([]);
  });

  it("names no file that is not there", () => {
    const files = [...text.matchAll(/`((?:sim|runtime|web|test|docs)\/[\w./-]+)`/g)].map(([, file = ""]) => file);
    expect(files.filter((file) => !file.startsWith(RECIPE) && !existsSync(join(ROOT, file)))).toEqual([]);
  });

  it("names no npm script that is not there", () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { scripts: Record<string, string> };
    const named = [...text.matchAll(/npm run ([\w:]+)/g)].map(([, name = ""]) => name);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });
});

describe("docs/model.md", () => {
  const rows = [...readFileSync(join(ROOT, "docs/model.md"), "utf8").matchAll(/^\| `([\w.]+)` +\| ([^|]+) \|/gm)];
  const settings = rows.map(([, path = "", said = ""]) => [path, said.trim()] as const);
  const usual = scenarioSchema.parse({ version: 1, name: "Usual", fleet: { spot: {}, warmPool: {} } });

  it("tells of settings that AWS does not publish", () => expect(settings.length).toBeGreaterThan(15));

  it.each(settings)("has the default of %s", (path, said) => {
    const value = path.split(".").reduce<unknown>((inner, step) => (inner as Readonly<Record<string, unknown>> | undefined)?.[step], usual);
    // Of a distribution its kind and its parameters.
    const parts = typeof value === "object" && value !== null ? Object.values(value as Readonly<Record<string, unknown>>) : [value];
    for (const part of parts) expect(said).toContain(decimal(part));
  });
});

/** Small numbers as people write them. */
function decimal(value: unknown): string {
  return typeof value === "number" && value !== 0 && value < 0.001 ? value.toFixed(5) : String(value);
}
