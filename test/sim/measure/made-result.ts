import { COLUMN_NAMES, type ColumnName, type Columns, type Result, type Summary } from "../../../sim/measure/result.ts";
import { formatFault } from "../../../sim/scenario/faults.ts";
import { readScenario } from "../../../sim/scenario/read.ts";
import type { Scenario } from "../../../sim/scenario/schema.ts";
import { simulate } from "../../../sim/simulate.ts";

/** What a made-up result differs in from a quiet hour without a message. */
export interface Made {
  /** Sections of the scenario. */
  readonly scenario?: object;
  /** Columns of equal length, a row each minute; those left out are 0. */
  readonly columns?: Partial<Record<ColumnName, readonly number[]>>;
  readonly summary?: Partial<Summary>;
  readonly messages?: Partial<Summary["messages"]>;
  readonly decisions?: Result["decisions"];
  readonly alarms?: Result["alarms"];
  readonly instances?: Result["instances"];
}

/** A result made up of plain numbers, for what shows and judges results. What is not said is as in a run without a message. */
export function madeResult({
  scenario = {},
  columns = {},
  summary = {},
  messages = {},
  decisions = [],
  alarms = [],
  instances = [],
}: Made = {}): Result {
  const rows = Math.max(61, ...Object.values(columns).map((column) => column.length));
  const filled = Object.fromEntries(
    COLUMN_NAMES.map((name) => [
      name,
      Float64Array.from({ length: rows }, (_, row) => columns[name]?.[row] ?? (name === "timeMs" ? row * 60_000 : 0)),
    ]),
  ) as Columns;
  const ages = filled.ageOfOldestMs;
  const worst = Math.max(...ages);
  const asked = scenarioOf(scenario);
  const limitMs = asked.objective.limitSec * 1000;
  const quiet = simulate(scenarioOf({ run: { durationSec: 60 }, traffic: { kind: "poisson", ratePerSec: 0 } }), 1);
  return {
    ...quiet,
    scenario: asked,
    columns: filled,
    decisions,
    alarms,
    instances,
    digest: "0123456789abcdef",
    summary: {
      ...quiet.summary,
      durationMs: (rows - 1) * 60_000,
      messages: { ...quiet.summary.messages, ...messages },
      ageOfOldestMs: { ...quiet.summary.ageOfOldestMs, max: worst },
      worstAgeAtMs: filled.timeMs[ages.indexOf(worst)] ?? 0,
      inService: { mean: 2, max: Math.max(...filled.inService) },
      reviews: 60,
      objective: { held: worst <= limitMs, measuredMs: worst, limitMs },
      cost: { ...quiet.summary.cost, perMonthUsd: 412 },
      ...summary,
    },
  };
}

function scenarioOf(sections: object): Scenario {
  const read = readScenario({ version: 1, name: "Made up", ...sections });
  if (!read.ok) throw new Error(read.faults.map(formatFault).join("\n"));
  return read.scenario;
}
