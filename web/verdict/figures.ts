import { formatDuration, formatNumber, formatSpread, formatUsd, UNKNOWN, type Scenario } from "../../sim/index.ts";
import type { Estimates, FigureName, Figures } from "../worker/sim-api.ts";

/** How a figure is named and told. */
export interface FigureAbout {
  readonly name: FigureName;
  readonly label: (scenario: Scenario) => string;
  readonly text: (value: number) => string;
  /** Said after the value, as "of 10". */
  readonly after?: (scenario: Scenario) => string;
}

export const FIGURES: readonly FigureAbout[] = [
  {
    name: "measuredMs",
    label: ({ objective }) => `p${String(objective.percentile)} ${objective.measure}`,
    text: formatDuration,
  },
  { name: "worstAgeMs", label: () => "Worst age", text: formatDuration },
  { name: "latencyP50Ms", label: () => "Latency p50", text: formatDuration },
  { name: "latencyP95Ms", label: () => "Latency p95", text: formatDuration },
  { name: "latencyP99Ms", label: () => "Latency p99", text: formatDuration },
  { name: "deadOrLost", label: () => "Dead or lost", text: formatNumber },
  { name: "costPerMonthUsd", label: () => "Cost a month", text: formatUsd },
  { name: "peakInstances", label: () => "At the peak", text: formatNumber, after: ({ fleet }) => `of ${formatNumber(fleet.max)}` },
];

/** A figure in words. */
export interface Told {
  readonly name: FigureName;
  readonly label: string;
  readonly value: string;
  readonly after: string;
  /** "± 3 s"; empty while there is no interval. */
  readonly spread: string;
  /** What it was in the scenario as loaded; empty when that is the same, or not known. */
  readonly was: string;
}

interface Given {
  readonly scenario: Scenario;
  readonly figures: Figures;
  readonly estimates: Estimates | undefined;
  readonly base: Figures | undefined;
}

/** The figures as the bar shows them. With an interval the value is the mean of the runs, else that of the one run. */
export function tellFigures({ scenario, figures, estimates, base }: Given): Told[] {
  return figuresOf(scenario).map(({ name, label, text, after }) => {
    const estimate = estimates?.[name];
    const value = text(estimate?.mean ?? figures[name]);
    const before = base === undefined ? "" : text(base[name]);
    return {
      name,
      label: label(scenario),
      value,
      after: after?.(scenario) ?? "",
      spread: estimate === undefined ? "" : formatSpread(estimate.mean, estimate.halfWidth, text),
      was: before === "" || before === text(figures[name]) || before === UNKNOWN ? "" : `was ${before}`,
    };
  });
}

/** Names of the figures before there is a run to tell of. */
export function figureLabels(scenario: Scenario): { name: FigureName; label: string }[] {
  return figuresOf(scenario).map(({ name, label }) => ({ name, label: label(scenario) }));
}

/** A percentile that the objective is about is told once. */
function figuresOf({ objective }: Scenario): readonly FigureAbout[] {
  return objective.measure === "latency" ? FIGURES.filter(({ name }) => name !== `latencyP${String(objective.percentile)}Ms`) : FIGURES;
}
