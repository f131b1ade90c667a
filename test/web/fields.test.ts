import { describe, expect, it } from "vitest";
import { scenarioJsonSchema } from "../../sim/index.ts";
import { formOf } from "../../web/settings/arrangement.ts";
import { sectionsOf, type Field, type JsonSchema } from "../../web/settings/fields.ts";

const schema = scenarioJsonSchema() as JsonSchema;
const sections = sectionsOf(schema);

describe("the form, read off the schema", () => {
  it("has a section for each part of the scenario that has fields", () => {
    const parts = Object.entries(schema.properties ?? {}).filter(([, part]) => part.properties !== undefined || part.oneOf !== undefined);
    const paths = sections.map((section) => section.path);
    expect(paths).toEqual(expect.arrayContaining(parts.map(([name]) => name)));
    expect(paths).toEqual(expect.arrayContaining(["objective", "traffic", "work", "queue", "worker", "fleet", "policy"]));
  });

  it("knows of a number what the schema says of it", () => {
    expect(fieldAt("worker.slots")).toMatchObject({
      type: "number",
      title: "Slots per instance",
      unit: "jobs",
      integer: true,
      min: 1,
      max: 1000,
      nullable: false,
    });
  });

  it("gives every number a range", () => {
    const open = allFields().filter((field) => field.type === "number" && !(Number.isFinite(field.min) && Number.isFinite(field.max)));
    expect(open.map((field) => field.path)).toEqual([]);
  });

  it("shows no unit and no source within a description: they have places of their own", () => {
    const repeated = allFields().filter(({ description = "" }) => /\bUnit: |\bSource: /.test(description));
    expect(repeated.map((field) => field.path)).toEqual([]);
  });

  it("knows which numbers may be left empty", () => {
    expect(fieldAt("fleet.initial")).toMatchObject({ type: "number", nullable: true });
  });

  it("offers the kinds of traffic, each with its own fields and their defaults", () => {
    const traffic = sections.find((section) => section.path === "traffic")?.variant;
    const daily = traffic?.variants.find((variant) => variant.kind === "daily");
    expect(daily?.title).toBe("Daily peak (Poisson)");
    expect(daily?.fields.map((field) => field.path)).toContain("traffic.peakRatePerSec");
    expect(daily?.fields.map((field) => field.path)).not.toContain("traffic.kind");
    expect(daily?.defaults).toMatchObject({ peakRatePerSec: 50 });
  });

  it("shows what is there as a whole or not at all as one field", () => {
    expect(fieldAt("worker.heartbeat")).toMatchObject({ type: "optional", defaults: { everySec: 30 } });
  });

  it("does not try to edit a recording", () => {
    expect(fieldAt("traffic.counts")).toMatchObject({ type: "list", hasDefault: false });
  });
});

describe("a sentence about a fault", () => {
  it("names fields by their titles", () => {
    expect(formOf(schema).inTitles("12 is above fleet.max, 10; lower fleet.min or raise fleet.max")).toBe(
      "12 is above “Maximum”, 10; lower “Minimum” or raise “Maximum”",
    );
  });
});

function fieldAt(path: string): Field | undefined {
  return allFields().find((field) => field.path === path);
}

function allFields(): Field[] {
  return sections.flatMap(({ variant, fields }) => (variant === undefined ? fields : [variant])).flatMap(withInner);
}

function withInner(field: Field): Field[] {
  switch (field.type) {
    case "variant":
      return [field, ...field.variants.flatMap((variant) => variant.fields.flatMap(withInner))];
    case "optional":
    case "group":
      return [field, ...field.fields.flatMap(withInner)];
    default:
      return [field];
  }
}
