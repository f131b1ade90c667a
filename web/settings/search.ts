import type { Scenario } from "../../sim/index.ts";
import { valueAtPath } from "../state/path.ts";
import type { Field, Section } from "./fields.ts";
import { isOnPlatform } from "./on-platform.ts";

/** The fields of a section that a search found. */
export interface Found {
  readonly section: Section;
  /** Fields that the scenario has, as the form shows them. */
  readonly fields: readonly Field[];
  /** Kinds and platforms that would have such a field: "Simple scaling", "Lambda". */
  readonly elsewhere: readonly string[];
}

/** Finds settings by the words of their titles, their help, and their names in the file. */
export function searchSettings(sections: readonly Section[], query: string, scenario: Scenario): Found[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  if (words.length === 0) return [];
  const isMeant = (text: string) => words.every((word) => text.includes(word));
  const { platform } = scenario.fleet;
  return sections.flatMap((section): Found[] => {
    const kind = valueAtPath(scenario, `${section.path}.kind`);
    const own = section.variant?.variants.find((variant) => variant.kind === kind)?.fields ?? section.fields;
    const meant = isMeant(section.title.toLowerCase()) ? own : own.filter((field) => isMeant(textOf(field)));
    const fields = meant.filter(({ path }) => isOnPlatform(path, platform));
    const platforms = meant.length === fields.length ? [] : platform === "lambda" ? ["EC2", "Fargate"] : ["Lambda"];
    const others = section.variant?.variants.filter((variant) => variant.kind !== kind) ?? [];
    const kinds = others.filter((variant) => variant.fields.some((field) => isMeant(ownTextOf(field)))).map(({ title }) => title);
    const elsewhere = [...kinds, ...platforms];
    return fields.length === 0 && elsewhere.length === 0 ? [] : [{ section, fields, elsewhere: fields.length === 0 ? elsewhere : [] }];
  });
}

function ownTextOf({ title, path, description = "" }: Field): string {
  return `${title} ${path} ${description}`.toLowerCase();
}

/** With the words of what lies in it, or may come to lie in it. */
function textOf(field: Field): string {
  return [ownTextOf(field), ...innerTextsOf(field)].join(" ");
}

function innerTextsOf(field: Field): string[] {
  switch (field.type) {
    case "group":
    case "optional":
      return field.fields.map(textOf);
    case "variant":
      return field.variants.flatMap(({ title, fields }) => [title.toLowerCase(), ...fields.map(textOf)]);
    case "records":
      return field.fieldsAt(0).map(textOf);
    default:
      return [];
  }
}
