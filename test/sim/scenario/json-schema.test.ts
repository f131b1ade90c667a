import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { allFields, fieldAt } from "../../../sim/scenario/fields.ts";
import { gallery } from "../../../sim/scenario/gallery/index.ts";
import { scenarioJsonSchema } from "../../../sim/scenario/json-schema.ts";

const FOLDER = join(import.meta.dirname, "../../../sim/scenario");

describe("the JSON Schema", () => {
  it("in the repository is the one of the code (npm run schema writes it)", () => {
    const written = readFileSync(join(FOLDER, "scenario.schema.json"), "utf8");
    expect(written).toBe(`${JSON.stringify(scenarioJsonSchema(), undefined, 2)}\n`);
  });

  it("carries title, unit, range, default, description and source of every field", () => {
    for (const field of allFields()) {
      const written = at(field.path);
      const { type, title, unit, source, description, min, max } = field;
      expect(written, field.path).toMatchObject({
        ...(title === undefined ? {} : { title }),
        ...(unit === undefined ? {} : { unit }),
        ...(source === undefined ? {} : { source }),
        ...(field.default === undefined ? {} : { default: field.default }),
      });
      for (const words of [description, unit, source]) expect(written["description"] ?? "", field.path).toContain(words ?? "");
      if (type === "number" || type === "integer") {
        const numbers = field.nullable ? (written["anyOf"] as object[])[0] : written;
        expect(numbers, field.path).toMatchObject({ minimum: min, maximum: max });
      }
    }
  });

  it("allows no unknown fields", () => {
    expect(at("fleet")).toMatchObject({ additionalProperties: false });
    expect(scenarioJsonSchema()).toMatchObject({ additionalProperties: false, required: ["version", "name"] });
  });
});

describe("every field", () => {
  it("has a title, and a number has a unit", () => {
    for (const kind of ["poisson", "daily", "counts"]) {
      for (const field of allFields({ traffic: { kind } })) {
        if (field.path === "$schema" || field.path.endsWith(".kind")) continue;
        expect(field.title, field.path).toBeTypeOf("string");
        if (field.type === "number" || field.type === "integer") expect(field.unit, field.path).toBeTypeOf("string");
      }
    }
  });

  it("is found by its path, in the kinds of the document at hand", () => {
    expect(fieldAt(["worker", "slots"])).toMatchObject({
      title: "Slots per instance",
      unit: "jobs",
      min: 1,
      max: 1000,
      default: 4,
      type: "integer",
    });
    expect(fieldAt(["traffic", "peakAtHour"])).toBeUndefined();
    expect(fieldAt(["traffic", "peakAtHour"], { traffic: { kind: "daily" } })).toMatchObject({ unit: "h" });
    expect(fieldAt(["traffic", "counts", 7], { traffic: { kind: "counts" } })).toMatchObject({ unit: "messages", min: 0, max: 1e9 });
    expect(fieldAt(["worker", "toString"])).toBeUndefined();
  });
});

describe("the gallery", () => {
  const files = readdirSync(join(FOLDER, "gallery")).filter((name) => name.endsWith(".json"));

  it("holds every file of its folder, and each is a scenario with a lesson", () => {
    expect(gallery.map(({ id }) => `${id}.json`).sort()).toEqual([...files].sort());
    for (const { id, scenario } of gallery) expect(scenario.lesson, id).not.toBe("");
  });

  it("points editors to the JSON Schema", () => {
    for (const name of files) {
      const { $schema } = JSON.parse(readFileSync(join(FOLDER, "gallery", name), "utf8")) as { $schema: string };
      expect(existsSync(join(FOLDER, "gallery", $schema)), name).toBe(true);
    }
  });
});

function at(path: string): Record<string, unknown> {
  let schema: Record<string, unknown> = { ...scenarioJsonSchema() };
  for (const step of path.split(".")) {
    const variants = [schema, ...((schema["oneOf"] ?? schema["anyOf"] ?? []) as Record<string, unknown>[])];
    const defaultKind = (schema["default"] as { kind?: string } | undefined)?.kind;
    const properties = variants
      .map((variant) => (variant["properties"] ?? {}) as Record<string, Record<string, unknown>>)
      .filter((candidate) => Object.hasOwn(candidate, step))
      .find((candidate) => defaultKind === undefined || candidate["kind"]?.["const"] === defaultKind);
    schema = properties?.[step] ?? {};
  }
  return schema;
}
