import schema from "../../sim/scenario/scenario.schema.json?described" with { type: "json" };
import { formOf, type Form } from "./arrangement.ts";
import type { JsonSchema } from "./fields.ts";

/** The form with what its fields mean: too much to wait for at the first view. */
export function describedForm(): Form {
  return formOf(schema as JsonSchema);
}
