import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseScenario, scenarioJsonSchema } from "../../sim/index.ts";
import { withDefaults } from "../../web/settings/defaults.ts";
import type { JsonSchema } from "../../web/settings/fields.ts";

const GALLERY = join(import.meta.dirname, "../../sim/scenario/gallery");
const files = readdirSync(GALLERY).filter((name) => name.endsWith(".json"));

describe("defaults filled in from the JSON Schema", () => {
  const schema = scenarioJsonSchema() as JsonSchema;

  it("are those that the reader of scenarios fills in, for every scenario of the gallery", () => {
    expect(files.length).toBeGreaterThan(50);
    for (const name of files) {
      const text = readFileSync(join(GALLERY, name), "utf8");
      const read = parseScenario(text);
      expect(read.ok && read.scenario, name).toEqual(withDefaults(schema, JSON.parse(text)));
    }
  });
});
