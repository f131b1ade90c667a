import { levelsText, preflight, type Finding, type Scenario } from "../../sim/index.ts";
import { writeOut, writeText } from "./output.ts";
import { EXIT } from "./problem.ts";

/** `headroom preflight`: prints what is found; the exit code is 1 when a fault is among it. */
export async function preflightCommand(scenario: Scenario, { json }: { readonly json: boolean }): Promise<number> {
  const findings = preflight(scenario);
  if (json) await writeOut([`${JSON.stringify(findings, undefined, 2)}\n`]);
  else await writeText(preflightText(scenario, findings));
  return findings.some(({ level }) => level === "fault") ? EXIT.checkFailed : EXIT.ok;
}

function preflightText({ name }: Scenario, findings: readonly Finding[]): string {
  const blocks = findings.map(({ level, rule, text, mend, edits, source }) => {
    const set = edits.map(({ path, value }) => `${path} = ${JSON.stringify(value)}`);
    return [
      `${level.toUpperCase().padEnd(WIDTH)}${text}`,
      `${INDENT}${mend}`,
      ...(set.length === 0 ? [] : [`${INDENT}Set: ${set.join(", ")}`]),
      `${INDENT}${rule}, ${source}`,
    ].join("\n");
  });
  return `${[`${name}\n${summary(findings)}`, ...blocks].join("\n\n")}\n`;
}

function summary(findings: readonly Finding[]): string {
  if (findings.length === 0) return "Nothing found. Whether the objective holds, a run shows: headroom simulate.";
  return `Found before any run: ${levelsText(findings)}.`;
}

const WIDTH = 7;
const INDENT = " ".repeat(WIDTH);
