import { interval } from "../../sim/index.ts";
import { FIGURE_NAMES, type Estimate, type Estimates, type FigureName, type Figures } from "./sim-api.ts";

const LEVEL = 0.95;

/** Estimates every figure from independent runs of the same scenario; NaN where a run had nothing to measure. */
export function estimatesOf(runs: readonly Figures[]): Estimates {
  const entries = FIGURE_NAMES.map((name): [FigureName, Estimate] => {
    const { mean, halfWidth } = interval(
      runs.map((run) => run[name]),
      LEVEL,
    );
    return [name, { mean, halfWidth }];
  });
  return Object.fromEntries(entries) as Record<FigureName, Estimate>;
}
