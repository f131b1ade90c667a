import { expect } from "vitest";
import type { Interval } from "../../sim/measure/confidence.ts";

/** The truth lies in the measured interval, which is narrower than `share` of the truth to either side. */
export function expectWithin(measured: Interval, truth: number, share: number): void {
  expect(measured.low).toBeLessThanOrEqual(truth);
  expect(measured.high).toBeGreaterThanOrEqual(truth);
  // An interval that holds everything proves nothing.
  expect(measured.halfWidth).toBeLessThan(share * truth);
}
