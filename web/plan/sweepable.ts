import type { Scenario } from "../../sim/index.ts";
import type { Form } from "../settings/arrangement.ts";
import type { Field, NumberField, VariantField } from "../settings/fields.ts";
import { fieldName } from "../settings/value-text.ts";
import { valueAtPath } from "../state/path.ts";

/** A setting that can be swept: a number that the scenario has. */
export interface Sweepable {
  readonly field: NumberField;
  /** Where it is found in the form, "Fleet: boot, median". */
  readonly name: string;
  readonly value: number;
}

/** Every number of a scenario that is not in a list, in the order of the form. */
export function sweepablesOf(form: Form, scenario: Scenario): Sweepable[] {
  const kindOf = (path: string, { variants }: VariantField) => {
    const kind = valueAtPath(scenario, `${path}.kind`);
    return variants.find((variant) => variant.kind === kind)?.fields ?? [];
  };
  const visit = (fields: readonly Field[]): Sweepable[] =>
    fields.flatMap((field): Sweepable[] => {
      switch (field.type) {
        case "number": {
          const value = valueAtPath(scenario, field.path);
          return typeof value === "number" ? [{ field, name: fieldName(form, field.path), value }] : [];
        }
        case "variant":
          return visit(kindOf(field.path, field));
        case "group":
        case "optional":
          return visit(field.fields);
        default:
          return [];
      }
    });
  return form.sections.flatMap(({ path, variant, fields }) => visit(variant === undefined ? fields : kindOf(path, variant)));
}

/** What one would ask about first. */
const FIRST = ["policy.target", "policy.queueLength", "policy.limitSec", "fleet.max"];

export function firstSweepable(sweepables: readonly Sweepable[]): Sweepable | undefined {
  return FIRST.flatMap((path) => sweepables.filter(({ field }) => field.path === path))[0] ?? sweepables[0];
}

/** From a quarter of the value to four times it, as far as the field goes. */
export function rangeAround({ field, value }: Sweepable): { readonly from: number; readonly to: number } {
  const handy = (number: number) => {
    const rounded = Number(number.toPrecision(2));
    return Math.min(field.max, Math.max(field.min, field.integer ? Math.round(rounded) : rounded));
  };
  return value <= 0 ? { from: handy(0), to: handy(10) } : { from: handy(value / 4), to: handy(value * 4) };
}
