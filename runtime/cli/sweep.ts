import {
  figureOf,
  formatDuration,
  formatFault,
  formatNumber,
  formatUsd,
  heldText,
  MOST_POINTS,
  objectiveText,
  pointsOf,
  spacedValues,
  spreadText,
  sweep,
  sweepCsv,
  type Axis,
  type Scenario,
  type SweptPoint,
  type Trial,
} from "../../sim/index.ts";
import type { Interruption } from "./interruption.ts";
import { OutputFile, writeOut, writeText } from "./output.ts";
import { EXIT, Problem } from "./problem.ts";
import { Progress } from "./progress.ts";
import { RunThreads } from "./run-threads.ts";
import { table, type Row } from "./table.ts";

export interface SweepRequest {
  readonly scenario: Scenario;
  /** As given: `path=values`, one for each setting. */
  readonly axes: readonly string[];
  /** Seeds 1 to this at each point. */
  readonly runs: number;
  /** File for the points as CSV; "-" for the standard output, in place of the table. */
  readonly csvPath: string | undefined;
}

/** `headroom sweep`: runs a scenario over the values of some settings and prints what each combination gives. */
export async function sweepCommand({ scenario, axes: given, runs, csvPath }: SweepRequest, interruption: Interruption): Promise<number> {
  const axes = given.map((text) => axisOf(scenario, text));
  if (pointsOf(axes) > MOST_POINTS) {
    throw new Problem(
      `These settings have ${formatNumber(pointsOf(axes))} combinations; ${formatNumber(MOST_POINTS)} is the most. Give fewer values.`,
    );
  }
  const file = csvPath === undefined || csvPath === "-" ? undefined : await OutputFile.open(csvPath);
  const threads = new RunThreads(interruption.signal);
  const progress = new Progress("Sweeping");
  try {
    const points = await sweep(scenario, axes, {
      run: (variant, seed) => threads.run(variant, seed),
      seeds: Array.from({ length: runs }, (_, index) => index + 1),
      told: (done, of) => progress.update(done / of),
    });
    progress.stop();
    interruption.release();
    if (points.every(({ trial }) => trial === undefined)) {
      throw new Problem(["None of these combinations can be run:", ...faultsOf(points).map((fault) => `  ${fault}`)].join("\n"));
    }
    await file?.write(sweepCsv(axes, points));
    if (csvPath === "-") await writeOut(sweepCsv(axes, points));
    else await writeText(sweepText(scenario, axes, points));
    return EXIT.ok;
  } finally {
    progress.stop();
    await threads.close();
    await file?.discard();
  }
}

/** `policy.target=50,100,200`, or `policy.target=10..200/6` for six values from 10 to 200. */
export function axisOf(scenario: Scenario, text: string): Axis {
  const [, path = "", list = ""] = /^([\w.]+)=(.+)$/.exec(text) ?? [];
  if (path === "") throw new Problem(`${text}: write a setting and its values, as policy.target=50,100,200 or fleet.min=1..8.`);
  const [, from, to, count = "8"] = /^(-?[\d.]+)\.\.(-?[\d.]+)(?:\/(\d+))?$/.exec(list) ?? [];
  if (from === undefined || to === undefined) return { path, values: list.split(",").map(valueOf) };
  if (!Number.isFinite(Number(from)) || !Number.isFinite(Number(to)) || Number(count) < 2 || Number(count) > MOST_POINTS) {
    throw new Problem(`${text}: a range is two numbers and how many values to take, as 10..200/6; from 2 to ${MOST_POINTS} values.`);
  }
  return { path, values: spacedValues(scenario, path, Number(from), Number(to), Number(count)) };
}

/** A number, true, false or null, as JSON has them; any other text as it stands. */
function valueOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function sweepText(scenario: Scenario, axes: readonly Axis[], points: readonly SweptPoint[]): string {
  const held = points.flatMap(({ trial }) => (trial?.held === true ? [trial] : []));
  const cheapest = held.reduce<Trial | undefined>(
    (least, trial) => (least === undefined || cost(trial) < cost(least) ? trial : least),
    undefined,
  );
  const { percentile, measure } = scenario.objective;
  const head = [...axes.map(({ path }) => path), "held in", "a month", `p${percentile} ${measure}`, "at the peak", "dead or lost", ""];
  const rows = points.map((point) => pointRow(point, point.trial === cheapest && cheapest !== undefined));
  const faults = faultsOf(points);
  const parts = [
    [scenario.name, `Objective: ${objectiveText(scenario)}`],
    table([head, ...rows], [...axes.keys(), axes.length, axes.length + 1, axes.length + 2, axes.length + 3, axes.length + 4]),
    ...(faults.length === 0 ? [] : [["Not run:", ...faults.map((fault) => `  ${fault}`)]]),
  ];
  return `${parts.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

/** Each once: many combinations have the same. */
function faultsOf(points: readonly SweptPoint[]): string[] {
  return [...new Set(points.flatMap(({ faults }) => faults.map(formatFault)))];
}

function pointRow({ values, trial }: SweptPoint, isCheapest: boolean): Row {
  const shown = values.map((value) => (typeof value === "string" ? value : JSON.stringify(value)));
  if (trial === undefined) return [...shown, "–", "–", "–", "–", "–", "not allowed"];
  return [
    ...shown,
    heldText(trial),
    spreadText(trial, "costPerMonthUsd", formatUsd),
    spreadText(trial, "measuredMs", formatDuration),
    spreadText(trial, "peakInstances", formatNumber),
    formatNumber(figureOf(trial, "dead").mean + figureOf(trial, "expired").mean),
    isCheapest ? "the cheapest that holds" : "",
  ];
}

function cost(trial: Trial): number {
  return figureOf(trial, "costPerMonthUsd").mean;
}
