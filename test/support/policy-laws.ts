/** The laws of `sim/plan/policy-laws.ts` put to policies: one call in each policy's test. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyStory } from "../../runtime/cli/policy/stories.ts";
import type { Policy } from "../../sim/core/policy/policy.ts";
import { policyLaws, type PolicyPromises } from "../../sim/plan/policy-laws.ts";

/** Puts the laws to a policy with any of its settings. `except` names laws that it does not promise, with the reason. */
export function obeysTheLaws(
  name: string,
  policies: fc.Arbitrary<Policy<never>>,
  promises: Partial<PolicyPromises> & { readonly except?: Readonly<Record<string, string>> } = {},
): void {
  describe(`${name} under the laws of policies`, () => {
    for (const law of policyLaws({ staysWhileWarming: promises.staysWhileWarming ?? false })) {
      if (promises.except?.[law.name] !== undefined) continue;
      it(law.name, () => {
        fc.assert(
          fc.property(policies, anyStory, (policy, story) => {
            expect(law.check(policy as Policy<unknown>, story)).toBeUndefined();
          }),
          { numRuns: law.isSteady ? 30 : 150 },
        );
      });
    }
  });
}
