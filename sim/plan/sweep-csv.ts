import type { Axis, SweptPoint } from "./sweep.ts";
import type { Trial } from "./trial.ts";

const FIGURES = ["measuredMs", "worstMs", "costPerMonthUsd", "peakInstances", "dead", "expired"] as const;

/** A point as far as a file needs it. */
type Written = Pick<SweptPoint, "values"> & { readonly trial: Pick<Trial, "outcomes"> | undefined };

/** A sweep as CSV, a line at a time: one for each run, under one with the names. */
export function* sweepCsv(axes: readonly Pick<Axis, "path">[], points: readonly Written[]): Generator<string> {
  yield `${[...axes.map(({ path }) => path), "seed", "held", ...FIGURES].join(",")}\n`;
  for (const { values, trial } of points) {
    for (const [index, outcome] of (trial?.outcomes ?? []).entries()) {
      const settings = values.map((value) => csvText(typeof value === "string" ? value : JSON.stringify(value)));
      yield `${[...settings, index + 1, outcome.held, ...FIGURES.map((name) => outcome[name])].join(",")}\n`;
    }
  }
}

function csvText(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
