import { busiestFromSec, meanServiceSec, peakRatePerSec, windowed, type RunWindow, type Scenario } from "../../sim/index.ts";

/** What one may ask for, seconds. */
export const LENGTHS_SEC = [60, 300, 900, 1800, 3600] as const;
/** A quarter of an hour holds a burst, the alarms that notice it and the launches that answer. */
const USUAL_LENGTH_SEC = 900;

/** What the traffic may be multiplied by. */
export const SCALES = [10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001] as const;

const LEAST_SCALE = 0.001;

/** What a laptop holds without being what is measured: beyond it, traffic is scaled down unless one asks for more. */
export const HELD_PER_SEC = 100;
export const HELD_INSTANCES = 16;

/** The window that is proposed: the part of the charts that is in sight, or else the busiest quarter of an hour. */
export function usualWindow(scenario: Scenario, inSight: { readonly fromMs: number } | undefined): RunWindow {
  const forSec = LENGTHS_SEC.findLast((sec) => sec <= USUAL_LENGTH_SEC && sec <= scenario.run.durationSec) ?? LENGTHS_SEC[0];
  const latest = latestFromSec(scenario, forSec);
  const wanted = inSight === undefined ? busiestFromSec(scenario, forSec) : Math.min(latest, Math.round(inSight.fromMs / 1000));
  const window = { fromSec: wanted, forSec, scale: 1 };
  // What has no later beginning begins at its start.
  const fromSec = windowed(scenario, window) === undefined ? 0 : wanted;
  return { fromSec, forSec, scale: heldScale(scenario, { ...window, fromSec }) };
}

/** Where a run of that length can begin at the latest. */
export function latestFromSec({ run }: Scenario, forSec: number): number {
  return Math.max(0, run.durationSec - forSec);
}

/** The greatest scale up to 1 at which a laptop holds the window. */
export function heldScale(scenario: Scenario, window: RunWindow): number {
  const perSec = peakRatePerSec(scenario.traffic, { ...window, scale: 1 });
  const instances = (perSec * (meanServiceSec(scenario.work) ?? 0)) / scenario.worker.slots;
  return SCALES.find((scale) => scale <= 1 && scale * perSec <= HELD_PER_SEC && scale * instances <= HELD_INSTANCES) ?? LEAST_SCALE;
}
