import { describe, expect, it } from "vitest";
import { scenarioJsonSchema } from "../../sim/index.ts";
import { scenarioSchema } from "../../sim/scenario/schema.ts";
import { sectionsOf, type JsonSchema } from "../../web/settings/fields.ts";
import { searchSettings } from "../../web/settings/search.ts";

const scenario = scenarioSchema.parse({ version: 1, name: "Searched" });
const found = (query: string) =>
  searchSettings(sectionsOf(scenarioJsonSchema() as JsonSchema), query, scenario).flatMap(({ section, fields, elsewhere }) => [
    ...fields.map(({ path }) => path),
    ...elsewhere.map((kind) => `${section.path}: ${kind}`),
  ]);

describe("a search among the settings", () => {
  it("finds a field by words of its title, its help and its name in the file, in any order", () => {
    expect(found("slots per instance")).toContain("worker.slots");
    expect(found("INSTANCE slots")).toContain("worker.slots");
    expect(found("waitTimeSec")).toContain("worker.waitTimeSec");
  });

  it("finds what may be put into a list, by its kind and its fields", () => {
    expect(found("instance refresh")).toEqual(["acts"]);
    expect(found("redrive speed")).toContain("acts");
  });

  it("names the kinds that would have such a setting", () => {
    expect(found("polls every")).toContain("policy: KEDA and HPA");
  });

  it("finds nothing for words that nothing has, and nothing for none", () => {
    expect(found("carburettor")).toEqual([]);
    expect(found("  ")).toEqual([]);
  });
});
