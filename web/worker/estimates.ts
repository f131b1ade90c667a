import { differenceInterval, interval, type Verdict } from "../../sim/index.ts";
import { bandsOf } from "./envelope.ts";
import { FIGURE_NAMES, type Compared, type Estimate, type Estimated, type Estimates, type FigureName, type Replicate } from "./sim-api.ts";

const LEVEL = 0.95;

/** What independent runs of the same scenario say together. */
export function estimatedFrom(runs: readonly Replicate[], verdict?: Verdict): Estimated {
  return {
    estimates: estimatesOf(runs),
    runs: runs.length,
    held: runs.filter(({ outcome }) => outcome.held).length,
    verdict,
    bands: bandsOf(runs.map(({ envelope }) => envelope)),
  };
}

/** Each scenario by itself, and against the first: pairs of runs with the same seed meet the same chance. */
export function comparedFrom(runs: readonly (readonly Replicate[])[]): Compared[] {
  const [first = []] = runs;
  return runs.map((own) => ({ estimated: estimatedFrom(own), differences: own === first ? undefined : differencesOf(first, own) }));
}

function differencesOf(first: readonly Replicate[], second: readonly Replicate[]): Estimates {
  return eachFigure((name) => {
    const { mean, halfWidth } = differenceInterval(valuesOf(first, name), valuesOf(second, name), LEVEL);
    return { mean, halfWidth };
  });
}

/** Every figure; NaN where a run had nothing to measure. */
function estimatesOf(runs: readonly Replicate[]): Estimates {
  return eachFigure((name) => {
    const { mean, halfWidth } = interval(valuesOf(runs, name), LEVEL);
    return { mean, halfWidth };
  });
}

function valuesOf(runs: readonly Replicate[], name: FigureName): number[] {
  return runs.map(({ figures }) => figures[name]);
}

function eachFigure(estimate: (name: FigureName) => Estimate): Record<FigureName, Estimate> {
  return Object.fromEntries(FIGURE_NAMES.map((name) => [name, estimate(name)])) as Record<FigureName, Estimate>;
}
