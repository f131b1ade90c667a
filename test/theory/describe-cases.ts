import { describe, expect, it } from "vitest";
import { relativeError, type Case, type Comparison } from "./case.ts";

/** What a test runs of each case: enough to tell a queue that is a tenth off, in a second. */
const SHARE = 0.03;

/** Half an interval, over the truth: one that is wider holds everything and proves nothing. */
const WIDEST = 0.15;

/** Of one comparison, for the reporter that names the largest error of all files. */
export interface TheoryLine {
  readonly name: string;
  readonly error: number;
  readonly halfWidth: number;
}

declare module "vitest" {
  interface TaskMeta {
    theory?: TheoryLine[];
  }
}

/** A test a case: every truth lies within its interval. */
export function describeCases(law: string, cases: readonly Case[]): void {
  describe(law, () => {
    for (const { name, compare } of cases) {
      it(name, { timeout: 120_000 }, ({ task }) => {
        const comparisons = compare(SHARE);
        task.meta.theory = comparisons.map((comparison) => ({
          name: `${name}, ${comparison.measure}`,
          error: relativeError(comparison),
          halfWidth: comparison.measured.halfWidth / comparison.truth,
        }));
        comparisons.forEach(expectWithin);
      });
    }
  });
}

function expectWithin({ measure, measured, truth }: Comparison): void {
  expect(measured.low, measure).toBeLessThanOrEqual(truth);
  expect(measured.high, measure).toBeGreaterThanOrEqual(truth);
  expect(measured.halfWidth, measure).toBeLessThan(WIDEST * truth);
}
