import { formatDuration, formatNumber, UNKNOWN } from "./format.ts";
import type { Beside, Comparison } from "./measured-run.ts";

/** A comparison of measured and simulated in words, the same on the page and in the command. */

/** What measured figures are compared with. */
export const BESIDE_WHAT =
  "Simulated is the same scenario with the same seed and for the same time, its messages sent when they were sent here.";

/** The cells of one figure: measured, simulated, and what the one is above the other. */
export function besideCells({ unit, measured, simulated, errorRatio }: Comparison): readonly [string, string, string] {
  return [figureText(measured, unit), figureText(simulated, unit), ratioText(errorRatio, { signed: true })];
}

/** How far the curves lie apart. */
export function curvesText({ backlogCurveRatio, capacityCurveRatio }: Beside): string {
  return `Mean distance of the backlog's curves: ${ratioText(backlogCurveRatio)} of the mean; of the instances' in service: ${ratioText(capacityCurveRatio)}.`;
}

/** Why measured and simulated cannot be equal, a sentence each. */
export function besideReasons({ startMs, lateByMs }: Beside): readonly string[] {
  return [
    startMs > 0
      ? `A process took ${formatDuration(startMs)} to start (median). The simulation was told so as the application's start, each launch alike.`
      : "No process was started.",
    `Messages were sent up to ${formatDuration(lateByMs)} late; the simulation was given the times as they were.`,
    "Calls take as long as this machine lets them; the simulation takes the scenario's receive and delete latency.",
    "Which waiting poll gets a message, and which attempt fails, is drawn differently here and there.",
  ];
}

function figureText(value: number | null, unit: Comparison["unit"]): string {
  if (value === null) return UNKNOWN;
  return unit === "ms" ? formatDuration(value) : formatNumber(value);
}

function ratioText(ratio: number | null, { signed = false } = {}): string {
  if (ratio === null) return UNKNOWN;
  const sign = ratio < 0 ? "−" : signed && ratio > 0 ? "+" : "";
  return `${sign}${(Math.abs(ratio) * 100).toFixed(1)} %`;
}
