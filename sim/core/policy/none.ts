import { applyLimits } from "./limits.ts";
import type { Policy } from "./policy.ts";

/**
 * No policy: what reads the queue follows it by itself, as a Lambda function's event source mapping does, and nobody else
 * has a say. Whatever there is stays as it is.
 */
export function none(): Policy<undefined> {
  return {
    kind: "none",
    initial: () => undefined,
    decide: (state, { capacity }, now) => ({
      state,
      decision: {
        ...applyLimits(capacity.desired, capacity, {}, now),
        reason: { code: "hold", text: "No policy: what reads the queue follows it by itself." },
        nextReviewAt: now + REVIEW_EVERY_MS,
      },
    }),
  };
}

/** It has nothing to see; seldom enough to cost nothing. */
const REVIEW_EVERY_MS = 3_600_000;
