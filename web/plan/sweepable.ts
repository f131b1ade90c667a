import type { Scenario } from "../../sim/index.ts";
import type { Field, NumberField, Section } from "../settings/fields.ts";
import { valueAtPath } from "../state/path.ts";

/** A setting that can be swept: a number that the scenario has. */
export interface Sweepable {
  readonly field: NumberField;
  /** Where it is found in the form, "Fleet: boot, median". */
  readonly name: string;
  readonly value: number;
}

/** Every number of a scenario that is not in a list, in the order of the form. */
export function sweepablesOf(sections: readonly Section[], scenario: Scenario): Sweepable[] {
  const visit = (fields: readonly Field[], above: readonly string[], section: string): Sweepable[] =>
    fields.flatMap((field): Sweepable[] => {
      const titles = [...above, field.title.toLowerCase()];
      switch (field.type) {
        case "number": {
          const value = valueAtPath(scenario, field.path);
          return typeof value === "number" ? [{ field, name: `${section}: ${titles.join(", ")}`, value }] : [];
        }
        case "variant": {
          const kind = valueAtPath(scenario, `${field.path}.kind`);
          return visit(field.variants.find((variant) => variant.kind === kind)?.fields ?? [], titles, section);
        }
        case "group":
        case "optional":
          return visit(field.fields, titles, section);
        default:
          return [];
      }
    });
  return sections.flatMap(({ path, title, variant, fields }) => {
    const kind = valueAtPath(scenario, `${path}.kind`);
    return visit(variant === undefined ? fields : (variant.variants.find((each) => each.kind === kind)?.fields ?? []), [], title);
  });
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
