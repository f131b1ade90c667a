import { interval } from "../../sim/index.ts";
import { bandsOf } from "./envelope.ts";
import { FIGURE_NAMES, type Estimate, type Estimated, type FigureName, type Figures, type Replicate } from "./sim-api.ts";

const LEVEL = 0.95;

/** What independent runs of the same scenario say together. */
export function estimatedFrom(runs: readonly Replicate[]): Estimated {
  return {
    estimates: estimatesOf(runs.map(({ figures }) => figures)),
    runs: runs.length,
    held: runs.filter(({ held }) => held).length,
    bands: bandsOf(runs.map(({ envelope }) => envelope)),
  };
}

/** Estimates every figure; NaN where a run had nothing to measure. */
function estimatesOf(runs: readonly Figures[]): Record<FigureName, Estimate> {
  const entries = FIGURE_NAMES.map((name): [FigureName, Estimate] => {
    const { mean, halfWidth } = interval(
      runs.map((run) => run[name]),
      LEVEL,
    );
    return [name, { mean, halfWidth }];
  });
  return Object.fromEntries(entries) as Record<FigureName, Estimate>;
}
