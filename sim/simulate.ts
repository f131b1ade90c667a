import type { Calendar } from "./kernel/calendar.ts";
import type { Result } from "./measure/result.ts";
import type { Scenario } from "./scenario/schema.ts";

export interface SimulateOptions {
  /** Orders the events; the fast tick calendar unless another (the simjs reference) is given. */
  readonly calendar?: Calendar;
}

/** Runs a scenario from start to end and returns everything measured. The same scenario and seed give the same bytes. */
export function simulate(scenario: Scenario, seed: number, options: SimulateOptions = {}): Result {
  const run = new SimulationRun(scenario, seed, options);
  run.advanceTo(run.endMs);
  return run.result();
}

/** A run that can be moved in steps, for progress bars, cancelling and live views. */
export declare class SimulationRun {
  constructor(scenario: Scenario, seed: number, options?: SimulateOptions);
  readonly endMs: number;
  readonly nowMs: number;
  /** Simulates up to virtual time `untilMs`, at most to the end of the run. */
  advanceTo(untilMs: number): void;
  /** Everything measured so far; call once, at the end. */
  result(): Result;
}
