import {
  readScenario,
  simulate,
  type Beside,
  type Columns,
  type Comparison,
  type Histogram,
  type Result,
  type Scenario,
} from "../../../sim/index.ts";
import type { Measurement } from "./measurement.ts";
import type { Snapshot } from "./local-run.ts";

export interface Validation extends Beside {
  readonly result: Result;
}

/**
 * Simulates what was run: the same scenario and seed for the same time, with the arrivals as they were achieved and with
 * the time that a process takes to start here, which no scenario can know; and sets both side by side.
 */
export function validate(scenario: Scenario, seed: number, measurement: Measurement): Validation {
  const startMs = medianOf(measurement.startTimesMs);
  const result = simulate(asRun(scenario, measurement, startMs), seed);
  const { columns, summary } = result;
  const { rows, lateByMs } = measurement;
  const last = Math.min(rows.length, columns.timeMs.length);
  const measuredOf = (figure: (row: Snapshot) => number) => rows.slice(0, last).map(figure);
  const simulatedOf = (name: keyof Columns) => [...columns[name].subarray(0, last)];
  const backlog = { measured: measuredOf(({ queue }) => queue.visible), simulated: simulatedOf("backlog") };
  const age = { measured: measuredOf(({ queue }) => queue.ageOfOldestMs), simulated: simulatedOf("ageOfOldestMs") };
  const inService = { measured: measuredOf((row) => row.inService), simulated: simulatedOf("inService") };
  const inFlight = { measured: measuredOf(({ queue }) => queue.inFlight), simulated: simulatedOf("inFlight") };
  const quantile = (share: number) => ({
    measured: quantileOf(measurement.latencyMs, share),
    simulated: quantileOf(result.latencyMs, share),
  });
  return {
    comparisons: [
      compared("mean backlog", "messages", meansOf(backlog)),
      compared("mean in flight", "messages", meansOf(inFlight)),
      compared("mean age of the oldest", "ms", meansOf(age)),
      compared("p95 of the age", "ms", { measured: highOf(age.measured), simulated: highOf(age.simulated) }),
      compared("latency p50", "ms", quantile(0.5)),
      compared("latency p95", "ms", quantile(0.95)),
      compared("latency p99", "ms", quantile(0.99)),
      compared("mean in service", "instances", meansOf(inService)),
      compared("desired at the end", "instances", { measured: rows.at(-1)?.desired ?? NaN, simulated: columns.desired.at(-1) ?? NaN }),
      compared("messages done", "messages", { measured: rows.at(-1)?.queue.deleted ?? NaN, simulated: summary.messages.deleted }),
    ],
    backlogCurveRatio: distanceOf(backlog),
    capacityCurveRatio: distanceOf(inService),
    result,
    startMs,
    lateByMs,
  };
}

function asRun(scenario: Scenario, { sentAtMs, forMs }: Measurement, startMs: number): Scenario {
  const { fleet } = scenario;
  const durationSec = Math.max(1, Math.floor(forMs / 1000));
  // Classes that sources give, and a million times and more, are left to be drawn again: with the seed they come out the same.
  const canBeListed = scenario.traffic.kind !== "sum" && sentAtMs.length > 0 && sentAtMs.length <= MOST_LISTED;
  const asSent = { kind: "timestamps", name: "as sent", atSec: sentAtMs.map((at) => at / 1000) };
  const knowsStart = fleet.application.kind === "constant" && fleet.application.sec === 0;
  const read = readScenario({
    ...scenario,
    run: { durationSec: Math.max(SHORTEST_SCENARIO_SEC, durationSec), sampleEverySec: 1 },
    // The embedded AWS counts exactly.
    metrics: { ...scenario.metrics, countsWithinSec: 0 },
    traffic: canBeListed ? asSent : scenario.traffic,
    fleet: knowsStart ? { ...fleet, application: { kind: "constant", sec: startMs / 1000 } } : fleet,
  });
  if (!read.ok) throw new Error(`The run cannot be simulated: ${JSON.stringify(read.faults)}`);
  // No scenario that somebody writes may be as short, but what was measured is.
  return { ...read.scenario, run: { ...read.scenario.run, durationSec } };
}

interface Pair<Value> {
  readonly measured: Value;
  readonly simulated: Value;
}

function compared(figure: string, unit: Comparison["unit"], { measured, simulated }: Pair<number>): Comparison {
  const isLarge = Math.abs(simulated) >= SMALLEST[unit];
  const errorRatio = isLarge ? known((measured - simulated) / simulated) : null;
  return { figure, unit, measured: known(measured), simulated: known(simulated), errorRatio };
}

function meansOf({ measured, simulated }: Pair<readonly number[]>): Pair<number> {
  return { measured: meanOf(measured), simulated: meanOf(simulated) };
}

/** JSON has no word for what is no number. */
function known(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function distanceOf({ measured, simulated }: Pair<readonly number[]>): number | null {
  const mean = meanOf(simulated);
  const distance = meanOf(measured.map((value, index) => Math.abs(value - (simulated[index] ?? NaN))));
  return mean >= 1 ? distance / mean : null;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function highOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(0.95 * (values.length - 1))] ?? NaN;
}

function medianOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? 0;
}

function quantileOf(histogram: Histogram, share: number): number {
  return histogram.count === 0 ? NaN : histogram.quantile(share);
}

/** Below these a share says nothing. */
const SMALLEST = { messages: 1, ms: 10, instances: 1 } as const;
/** Over less time there is nothing to compare: the first messages have hardly been done. */
export const SHORTEST_COMPARED_SEC = 5;
const SHORTEST_SCENARIO_SEC = 60;
const MOST_LISTED = 1_000_000;
