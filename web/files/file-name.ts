import type { Scenario } from "../../sim/index.ts";

/** A name for files of a scenario, without an ending: small letters, digits and hyphens. */
export function fileNameOf({ name }: Scenario): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  return plain === "" ? "scenario" : plain;
}
