import { formatSpread, type Scenario } from "../../sim/index.ts";
import { FIGURES, type FigureAbout } from "../verdict/figures.ts";
import type { Estimate } from "../worker/sim-api.ts";
import type { Side } from "./compare-run.ts";

type DifferenceVerdict = "less" | "more" | "same" | "unclear";

/** What a cell of the comparison says. */
export interface Cell {
  readonly value: string;
  readonly spread: string;
  /** Against the first scenario; empty for the first itself. */
  readonly difference: string;
  /** Whether the interval of the difference leaves no doubt about its direction. */
  readonly verdict: DifferenceVerdict | "none";
}

export interface FigureRow {
  readonly name: string;
  readonly label: string;
  readonly cells: readonly Cell[];
}

/** The figures of every side, a row each, with what the others have more or less than the first. */
export function figureRows(sides: readonly Side[]): FigureRow[] {
  const [first] = sides;
  if (first === undefined) return [];
  return FIGURES.map((about) => ({
    name: about.name,
    label: labelOf(about, first.scenario),
    cells: sides.map((side) => cellOf(about, side)),
  }));
}

function labelOf({ label }: FigureAbout, scenario: Scenario): string {
  return label(scenario);
}

function cellOf({ name, text }: FigureAbout, { estimated, differences }: Side): Cell {
  const { mean, halfWidth } = estimated.estimates[name];
  const own = { value: text(mean), spread: formatSpread(mean, halfWidth, text) };
  if (differences === undefined) return { ...own, difference: "", verdict: "none" };
  const difference = differences[name];
  return { ...own, difference: differenceText(difference, text), verdict: verdictOf(difference) };
}

/** "12 s ± 3 s more", "+ 1 s ± 4 s, no clear difference", "the same". */
function differenceText(difference: Estimate, text: (value: number) => string): string {
  const { mean, halfWidth } = difference;
  if (!Number.isFinite(mean)) return "";
  const amount = `${text(Math.abs(mean))}${Number.isFinite(halfWidth) ? ` ± ${text(Number(halfWidth.toPrecision(2)))}` : ""}`;
  switch (verdictOf(difference)) {
    case "same":
      return "the same";
    case "less":
      return `${amount} less`;
    case "more":
      return `${amount} more`;
    case "unclear":
      return `${mean < 0 ? "−" : "+"} ${amount}, no clear difference`;
  }
}

function verdictOf({ mean, halfWidth }: Estimate): DifferenceVerdict {
  if (mean === 0 && halfWidth === 0) return "same";
  if (!(Math.abs(mean) > halfWidth)) return "unclear";
  return mean < 0 ? "less" : "more";
}
