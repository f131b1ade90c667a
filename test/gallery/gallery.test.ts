import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as prettier from "prettier";
import { describe, expect, it } from "vitest";
import { loadSimjsCalendar } from "../../sim/kernel/simjs-calendar.ts";
import { gallery } from "../../sim/scenario/gallery/index.ts";
import type { Scenario } from "../../sim/scenario/schema.ts";
import { simulate } from "../../sim/simulate.ts";

const ROOT = join(import.meta.dirname, "../..");
const FOLDER = join(ROOT, "sim/scenario/gallery");
const files = readdirSync(FOLDER).filter((name) => name.endsWith(".json"));
const ids = gallery.map(({ id }) => id);

describe("the gallery", () => {
  it("has every file of its folder, once, and begins with online banking", () => {
    expect(ids[0]).toBe("banking");
    expect(ids.map((id) => `${id}.json`).sort()).toEqual([...files].sort());
    for (const id of ids) expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });

  it("gives each a name of its own and a lesson of a few plain sentences", () => {
    expect(new Set(gallery.map(({ name }) => name)).size).toBe(gallery.length);
    expect(new Set(gallery.map(({ lesson }) => lesson)).size).toBe(gallery.length);
    for (const { id, lesson } of gallery) {
      expect(lesson, id).toMatch(/\.$/);
      expect(lesson.length, id).toBeGreaterThan(60);
      expect(lesson.length, id).toBeLessThan(400);
    }
  });

  it("tells name and lesson without reading the scenario, and the same as the scenario", () => {
    for (const { name, lesson, scenario } of gallery) expect({ name, lesson }).toEqual({ name: scenario.name, lesson: scenario.lesson });
  });

  it("puts each cure right after what it cures", () => {
    for (const { id, cures } of gallery) if (cures !== undefined) expect(ids[ids.indexOf(id) - 1]).toBe(cures);
  });

  it("is formatted", async () => {
    for (const file of files) {
      const path = join(FOLDER, file);
      const options = { ...(await prettier.resolveConfig(path)), filepath: path };
      expect(await prettier.check(readFileSync(path, "utf8"), options), file).toBe(true);
    }
  });

  it("is described in docs/gallery.md, row by row", () => {
    const page = readFileSync(join(ROOT, "docs/gallery.md"), "utf8");
    const rows = [...page.matchAll(/^\| \[`([\w-]+)`\]\(([^)]+)\) *\| (.+?) *\| .*https:\/\/.* *\|$/gm)];
    expect(rows.map(([, id]) => id)).toEqual(ids);
    for (const [, id = "", link, teaches] of rows) {
      expect(link, id).toBe(`../sim/scenario/gallery/${id}.json`);
      expect(teaches, id).toBe(gallery[ids.indexOf(id)]?.lesson);
    }
  });
});

describe("a system as described and a cure", () => {
  it("hold their objective", () => {
    const sound = gallery.filter(({ group, cures, id }) => cures !== undefined || (group === "systems" && !OVERLOADED.has(id)));
    for (const { id, scenario } of sound) expect(simulate(scenario, 1).summary.objective, id).toMatchObject({ held: true });
  });

  /** More orders than a hundred workers can serve: that is its lesson. */
  const OVERLOADED = new Set(["orders-capacity"]);
});

describe("both calendars", () => {
  /** Long enough for launches, short enough for all of them. */
  const shortened = (scenario: Scenario): Scenario => ({
    ...scenario,
    run: { ...scenario.run, durationSec: Math.min(scenario.run.durationSec, 900) },
  });

  it("give the same digest for each scenario", async () => {
    const simjs = await loadSimjsCalendar();
    for (const { id, scenario } of gallery) {
      const short = shortened(scenario);
      expect(simulate(short, 7, { calendar: simjs() }).digest, id).toBe(simulate(short, 7).digest);
    }
  });
});
