import type { LongRun, Steady } from "../../../sim/measure/queueing.ts";

export function steady(longRun: LongRun): Steady {
  if (!longRun.steady) throw new Error("the queue has no long run");
  return longRun;
}
