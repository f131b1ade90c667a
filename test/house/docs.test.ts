import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");

const PAGES = ["", "docs", "docs/decisions", "docs/systems"].flatMap((folder) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name)),
);

describe.each(PAGES)("%s", (page) => {
  const text = readFileSync(join(ROOT, page), "utf8");

  it("links to nothing that is not there", () => {
    const links = [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, link = ""]) => link).filter((link) => !/^https?:/.test(link));
    expect(links.filter((link) => !existsSync(join(ROOT, dirname(page), link)))).toEqual([]);
  });

  it("names no file that is not there", () => {
    const files = [...text.matchAll(/`((?:sim|runtime|web|test|docs)\/[\w./-]+)`/g)].map(([, file = ""]) => file);
    expect(files.filter((file) => !PLANNED.test(file) && !existsSync(join(ROOT, file)))).toEqual([]);
  });

  it("names no npm script that is not there", () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { scripts: Record<string, string> };
    const named = [...text.matchAll(/npm run ([\w:]+)/g)].map(([, name = ""]) => name);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });
});

/** Folders that the import law already speaks of, before they are there. */
const PLANNED = /^runtime\/(local|aws|worker|scaler|metrics|pipelines|ingest)\b/;
