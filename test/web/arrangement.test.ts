import { describe, expect, it } from "vitest";
import { scenarioJsonSchema, scenarioSchema, type ScenarioInput } from "../../sim/index.ts";
import { formOf, summaryOf } from "../../web/settings/arrangement.ts";

const { sections } = formOf(scenarioJsonSchema());

function told(path: string, document: Partial<ScenarioInput>): string {
  const section = sections.find((candidate) => candidate.path === path)!;
  return summaryOf(section, scenarioSchema.parse({ version: 1, name: "Told", ...document }));
}

describe("a folded section", () => {
  it.each<[string, Partial<ScenarioInput>, string]>([
    ["policy", { policy: { kind: "ec2-target-tracking", target: 20 } }, "EC2 target tracking, target 20"],
    ["policy", { policy: { kind: "headroom" } }, "Headroom"],
    ["traffic", { traffic: { kind: "piecewise", points: [{ atSec: 0, ratePerSec: 1 }] } }, "Steps and ramps (Poisson)"],
    ["traffic", { traffic: { kind: "daily", baseRatePerSec: 2, peakRatePerSec: 50, scale: 2 } }, "4 to 100 messages/s"],
    ["queue", { queue: { type: "fifo", visibilityTimeoutSec: 120 } }, "FIFO, visible again after 2 min, DLQ after 3"],
    [
      "fleet",
      { fleet: { min: 12, max: 12, instanceType: "c7g.large", boot: { kind: "constant", sec: 60 } } },
      "12 × c7g.large, boot 1 min",
    ],
  ])("says of %s what it holds, in the form's words", (path, document, summary) => {
    expect(told(path, document)).toBe(summary);
  });

  it("tells the tasks of a service on Fargate, not a type of instance", () => {
    const task = { vcpu: 0.5, memoryGb: 1, start: { kind: "constant", sec: 40 } } as const;
    expect(told("fleet", { fleet: { platform: "fargate", min: 2, max: 10, task } })).toBe("2–10 tasks of 0.5 vCPU and 1 GB, start 40 s");
  });
});
