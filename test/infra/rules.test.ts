import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { RULES } from "./check/rules.ts";
import { ROOT } from "./hcl/module-files.ts";
import type { Plan } from "./hcl/plan.ts";
import { planStack, STACKS } from "./stacks.ts";

const HEADINGS = new Set(
  [...readFileSync(join(ROOT, "docs/runbook.md"), "utf8").matchAll(/^## ([\w-]+)$/gm)].map(([, heading = ""]) => heading),
);

describe.each(STACKS)("infra/stacks/%s", (stack) => {
  let plan: Plan;
  beforeAll(async () => {
    plan = await planStack(stack);
  });

  it("can be planned", () => {
    expect(plan.problems).toEqual([]);
    expect(plan.instances.length).toBeGreaterThan(80);
  });

  it("links each alarm to a heading of the runbook", () => {
    const links = plan.instances
      .filter(({ type }) => type === "aws_cloudwatch_metric_alarm")
      .flatMap(({ values }) => /#([\w-]+)$/.exec(String(values["alarm_description"]))?.slice(1) ?? []);
    expect(links.length).toBeGreaterThan(3);
    expect(links.filter((link) => !HEADINGS.has(link))).toEqual([]);
  });

  it.each(RULES)("$name", ({ faults }) => {
    expect(faults(plan)).toEqual([]);
  });
});
