import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exportTerraform, type TerraformVariables } from "../../runtime/cli/export/terraform.ts";
import { gallery } from "../../sim/scenario/gallery/index.ts";
import { fieldAt } from "../../sim/scenario/fields.ts";
import { formatFault } from "../../sim/scenario/faults.ts";
import { readScenario } from "../../sim/scenario/read.ts";
import type { Scenario, ScenarioInput } from "../../sim/scenario/schema.ts";
import { anyScenario } from "../support/any-scenario.ts";
import { ROOT } from "./hcl/module-files.ts";
import type { Plan } from "./hcl/plan.ts";
import type { Value } from "./hcl/values.ts";
import { planStack, STACKS } from "./stacks.ts";
import { meantBy } from "./meant.ts";
import { deployedBy } from "./way-back.ts";

function scenarioOf(input: Omit<ScenarioInput, "version" | "name">): Scenario {
  const read = readScenario({ version: 1, name: "Test", ...input });
  if (!read.ok) throw new Error(read.faults.map(formatFault).join("\n"));
  return read.scenario;
}

/** Through the file, as a user would. */
function planWith(scenario: Scenario, variables: TerraformVariables): Promise<Plan> {
  const written = JSON.parse(JSON.stringify(variables)) as Record<string, Value>;
  return planStack(scenario.fleet.platform === "ec2" ? "banking" : "orders", written);
}

function refusals(scenario: Scenario): string[] {
  const exported = exportTerraform(scenario);
  return exported.ok ? [] : exported.faults.map(formatFault);
}

/** Those of the gallery that cannot be deployed, and the field that stands in the way. */
const NOT_DEPLOYABLE: Readonly<Record<string, string>> = {
  "keda-visible-only": "policy.kind",
  "keda-visible-only-cured": "policy.kind",
  "zero-flapping": "policy.kind",
  "zero-flapping-cured": "policy.kind",
  "sleeping-queue-cured": "policy.kind",
  "jobs-killed-at-stop": "policy.actions[1].desired",
  "jobs-killed-at-stop-cured": "policy.actions[1].desired",
  "orders-undeleted": "policy.actions[1].desired",
  "orders-undeleted-cured": "policy.actions[1].desired",
  "slow-scale-out-cured": "fleet.launchHook",
  "orders-lambda": "fleet.platform",
  "lambda-throttled": "fleet.platform",
  "lambda-throttled-cured": "fleet.platform",
  "thirteen-hour-job": "queue.deadLetterRetentionSec",
  "thirteen-hour-job-cured": "queue.deadLetterRetentionSec",
};

describe("headroom export terraform", () => {
  it("refuses of the gallery what cannot be deployed, and nothing else", () => {
    const refused = gallery.flatMap(({ id, scenario }) => refusals(scenario).map((fault) => [id, fault.replace(/:.*/, "")] as const));
    expect(Object.fromEntries(refused)).toEqual(NOT_DEPLOYABLE);
  });

  describe.each(gallery.filter(({ id }) => !(id in NOT_DEPLOYABLE)))("$id", ({ scenario }) => {
    it("comes back from Terraform with the settings that it went in with", async () => {
      const exported = exportTerraform(scenario);
      if (!exported.ok) throw new Error(exported.faults.map(formatFault).join("\n"));
      const plan = await planWith(scenario, exported.variables);
      expect(plan.problems).toEqual([]);
      expect(deployedBy(plan)).toEqual(meantBy(scenario));
    });
  });

  it("brings any scenario there and back, or says which of its fields stand in the way", async () => {
    let deployed = 0;
    await fc.assert(
      fc.asyncProperty(anyScenario(), async (scenario) => {
        const exported = exportTerraform(scenario);
        if (exported.ok) {
          const plan = await planWith(scenario, exported.variables);
          expect(plan.problems).toEqual([]);
          expect(deployedBy(plan)).toEqual(meantBy(scenario));
          deployed += 1;
        } else {
          const paths = exported.faults.map(({ path }) => path.split(/[.[\]]+/).filter((step) => step !== ""));
          const known = paths.map((path) =>
            fieldAt(
              path.map((step) => (/^\d+$/.test(step) ? Number(step) : step)),
              scenario,
            ),
          );
          expect(known).not.toContain(undefined);
          expect(exported.faults.length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 120 },
    );
    expect(deployed).toBeGreaterThan(5);
  });

  it.each(["ec2", "fargate"] as const)("refuses a scheduled action on %s that sets nothing, as AWS does", (platform) => {
    const scenario = scenarioOf({ fleet: { platform }, policy: { kind: "scheduled", actions: [{ cron: "*/5 * * * *" }] } });
    expect(refusals(scenario)).toEqual([expect.stringMatching(/^policy\.actions\[0\]: .*sets nothing/)]);
  });

  it("tells all at once what cannot be deployed", () => {
    const scenario = scenarioOf({
      queue: { retentionSec: 1_209_600, receiveVisibilityTimeoutSec: 0 },
      worker: { deleteLingerSec: 0.0001 },
      fleet: { platform: "fargate", publicAddress: true, protection: "all", spot: { share: 0.333 } },
      policy: {
        kind: "composition",
        policies: [{ kind: "headroom" }, { kind: "scheduled", actions: [{ cron: "0 1 1 * 1", zone: "+05:30", desired: 3 }] }],
      },
    });
    expect(refusals(scenario).map((fault) => fault.replace(/:.*/, ""))).toEqual([
      "queue.deadLetterRetentionSec",
      "queue.receiveVisibilityTimeoutSec",
      "worker.deleteLingerSec",
      "fleet.publicAddress",
      "fleet.spot.share",
      "fleet.protection",
      "policy.policies[0].kind",
      "policy.policies[1].actions[0].zone",
      "policy.policies[1].actions[0].cron",
      "policy.policies[1].actions[0].desired",
      "policy.policies",
    ]);
  });

  it("says what of a terminate hook the worker does not wait for", () => {
    const exported = exportTerraform(scenarioOf({ fleet: { terminateHook: { heartbeatTimeoutSec: 300, sendsHeartbeats: true } } }));
    expect(exported.ok && exported.notices).toEqual([
      "fleet.terminateHook may be kept waiting for up to 30000 s; the worker itself gives up after 7200 s.",
    ]);
  });

  it.each(STACKS)("has written the variables of infra/stacks/%s from the scenario beside them", (stack) => {
    const read = (name: string) => JSON.parse(readFileSync(join(ROOT, "infra/stacks", stack, name), "utf8")) as unknown;
    const scenario = readScenario(read("scenario.json"));
    if (!scenario.ok) throw new Error(scenario.faults.map(formatFault).join("\n"));
    const exported = exportTerraform(scenario.scenario);
    expect(exported.ok && JSON.parse(JSON.stringify(exported.variables))).toEqual(read("scenario.auto.tfvars.json"));
  });
});
