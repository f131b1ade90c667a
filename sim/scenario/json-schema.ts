import { z } from "zod";
import { metaOf } from "./fields.ts";
import { scenarioSchema } from "./schema.ts";

/**
 * The JSON Schema of scenarios, for editors: they complete the names, show what a field means, and underline what is out
 * of range. It cannot say the rules between fields; `readScenario` does.
 *
 * `sim/scenario/scenario.schema.json` holds it; scenarios point there with their `$schema`.
 */
export function scenarioJsonSchema(): JsonObject {
  const schema: JsonObject = z.toJSONSchema(scenarioSchema, {
    io: "input",
    override: ({ zodSchema, jsonSchema }) => {
      // A default around a field hides what the field says of itself.
      if (zodSchema instanceof z.ZodPrefault || zodSchema instanceof z.ZodDefault) Object.assign(jsonSchema, metaOf(zodSchema));
    },
  });
  const { $schema, ...rest } = schema;
  return { $schema, $comment: "Written by `headroom schema` from sim/scenario/schema.ts.", ...(withUnits(rest) as JsonObject) };
}

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Writes unit and source into the descriptions, which is what editors show; `unit` and `source` stay beside them for
 * other readers.
 */
function withUnits(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withUnits);
  if (typeof value !== "object" || value === null) return value;
  const object: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(value)) object[name] = name === "default" ? inner : withUnits(inner);
  const { description, unit, source } = object;
  const sentences = [
    ...(typeof description === "string" ? [description] : []),
    ...(typeof unit === "string" ? [`Unit: ${unit}.`] : []),
    ...(typeof source === "string" ? [`Source: ${source}`] : []),
  ];
  if (sentences.length > 0) object["description"] = sentences.join(" ");
  return object;
}
