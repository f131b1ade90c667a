import { beforeAll, describe, expect, it } from "vitest";
import { RULES } from "./check/rules.ts";
import type { Plan } from "./hcl/plan.ts";
import { planStack, STACKS } from "./stacks.ts";

describe.each(STACKS)("infra/stacks/%s", (stack) => {
  let plan: Plan;
  beforeAll(async () => {
    plan = await planStack(stack);
  });

  it("can be planned", () => {
    expect(plan.problems).toEqual([]);
    expect(plan.instances.length).toBeGreaterThan(80);
  });

  it.each(RULES)("$name", ({ faults }) => {
    expect(faults(plan)).toEqual([]);
  });
});
