import { describe, expect, it } from "vitest";
import { fieldAt } from "../../../sim/scenario/fields.ts";
import { editedScenario } from "../../../sim/plan/edits.ts";
import { LEVELS } from "../../../sim/plan/preflight/finding.ts";
import { preflight } from "../../../sim/plan/preflight/preflight.ts";
import { shareLonger, shareStillRunning, workFacts } from "../../../sim/plan/preflight/work-facts.ts";
import { gallery } from "../../../sim/scenario/gallery/index.ts";
import { scenarioSchema, type Scenario, type ScenarioInput } from "../../../sim/scenario/schema.ts";
import { simulate } from "../../../sim/simulate.ts";

function scenarioOf(document: Omit<ScenarioInput, "version" | "name">): Scenario {
  return scenarioSchema.parse({ version: 1, name: "looked through", ...document });
}

function ofGallery(id: string): Scenario {
  return gallery.find((entry) => entry.id === id)!.scenario;
}

const rulesOf = (scenario: Scenario) => preflight(scenario).map(({ rule }) => rule);

describe("preflight", () => {
  it.each([
    ["jobs-outlive-visibility", "jobs-outlive-visibility"],
    ["visibility-too-short", "jobs-outlive-visibility"],
    ["banking-batch-tail", "batch-outlives-visibility"],
    ["prefetch", "batch-outlives-visibility"],
    ["jobs-raw-depth", "metric-ignores-capacity"],
    ["raw-depth", "metric-ignores-capacity"],
    ["email-sleep", "pauses"],
    ["orders-sixty-workers", "too-small"],
    ["orders-no-dlq", "no-dead-letter-queue"],
    ["poison-pill", "no-dead-letter-queue"],
    ["orders-two-timeouts", "two-visibilities"],
    ["banking-silent-alarms", "silent-alarms"],
    ["jobs-killed-at-stop", "drain-too-short"],
    ["hook-too-short", "drain-too-short"],
    ["busy-task-stopped", "drain-too-short"],
    ["stuck-at-zero", "stuck-at-zero"],
    ["cpu-target", "target-never-reached"],
    ["visible-only", "takes-busy-instances"],
    ["keda-visible-only", "takes-busy-instances"],
    ["warm-up-too-short", "warm-up-too-short"],
    ["long-visibility", "hidden-after-crash"],
    ["thirteen-hour-job", "longer-than-sqs-holds"],
    ["hot-group", "hot-group"],
    ["empty-receives", "short-polls"],
    ["spot-notice", "spot-too-short"],
    ["phantom-receives", "dead-at-first-failure"],
    ["lambda-throttled", "mapping-above-concurrency"],
  ])("finds in %s what is wrong with it, by its settings alone: %s", (id, rule) => {
    expect(rulesOf(ofGallery(id))).toContain(rule);
    // Where the cure is a gallery scenario too, it is rid of it.
    const cure = gallery.find(({ cures }) => cures === id);
    if (cure !== undefined) expect(rulesOf(cure.scenario)).not.toContain(rule);
  });

  it.each(gallery.map(({ id, scenario }) => [id, scenario] as const))(
    "of %s names fields that are there, and its mends mend what they are for",
    (_, scenario) => {
      for (const { rule, text, mend, edits, paths, source } of preflight(scenario)) {
        expect(text).toMatch(/^[A-Z0-9].*\.$/);
        expect(mend).toMatch(/^[A-Z].*\.$/);
        expect(`${text}${mend}`).not.toMatch(/NaN|undefined|Infinity|–/);
        expect(source).toMatch(/^https:\/\//);
        for (const path of paths) {
          const steps = path.split(".").map((step) => (/^\d+$/.test(step) ? Number(step) : step));
          expect(fieldAt(steps, scenario), path).toBeDefined();
        }
        if (edits.length === 0) continue;
        const mended = editedScenario(scenario, edits);
        expect(mended, `${rule}: ${JSON.stringify(edits)}`).toBeDefined();
        expect(rulesOf(mended!)).not.toContain(rule);
      }
    },
  );

  it("knows what befalls a Lambda function, mends it, and says nothing of what only workers on instances have", () => {
    const constant = (sec: number) => ({ kind: "constant", sec }) as const;
    const found = (lambda: object, more: object = {}) => {
      const scenario = scenarioOf({
        traffic: { kind: "poisson", ratePerSec: 1 },
        work: { serviceTime: constant(4) },
        queue: { visibilityTimeoutSec: 360 },
        worker: { slots: 1 },
        policy: { kind: "none" },
        fleet: { platform: "lambda", min: 0, max: 100, lambda: { timeoutSec: 60, ...lambda } },
        ...more,
      });
      const findings = preflight(scenario);
      for (const { rule, edits } of findings) {
        const mended = edits.length === 0 ? undefined : editedScenario(scenario, edits);
        if (edits.length > 0) expect(rulesOf(mended!), `${rule}: ${JSON.stringify(edits)}`).not.toContain(rule);
      }
      return findings.map(({ rule }) => rule);
    };
    expect(found({})).toEqual([]);
    expect(found({ timeoutSec: 3, batchSize: 1 })).toEqual(["jobs-outlive-function"]);
    expect(found({ timeoutSec: 30 })).toEqual(["batch-outlives-function"]);
    expect(found({ timeoutSec: 30 }, { worker: { slots: 2 } })).toEqual([]);
    expect(found({ timeoutSec: 90 })).toEqual(["visibility-below-six-timeouts"]);
    expect(found({ concurrencyLimit: 50 })).toEqual(["mapping-above-concurrency"]);
    expect(found({}, { downstream: { places: 20, latency: constant(1) } })).toEqual(["concurrency-above-places"]);
    expect(found({}, { work: { serviceTime: constant(4), failureProbability: 0.1 } })).toEqual(["failure-takes-the-batch"]);
    expect(found({ reportsItemFailures: true }, { work: { serviceTime: constant(4), failureProbability: 0.1 } })).toEqual([]);
    expect(found({}, { traffic: { kind: "poisson", ratePerSec: 100 } })).toEqual(["too-small"]);
    expect(found({}, { work: { serviceTime: constant(1000) }, objective: { limitSec: 9000 } })).toContain("jobs-outlive-function");
  });

  it("tells the gravest first", () => {
    const levels = preflight(ofGallery("visible-only")).map(({ level }) => LEVELS.indexOf(level));
    expect(levels.length).toBeGreaterThan(1);
    expect(levels).toEqual(levels.toSorted());
  });

  it("finds nothing where nothing is wrong", () => {
    expect(preflight(ofGallery("email"))).toEqual([]);
  });

  it("tells the share of the jobs that outlive their visibility timeout as the run shows it", () => {
    const scenario = ofGallery("jobs-outlive-visibility");
    const share = shareLonger(workFacts(scenario), 30);
    // Uniform from 10 to 120 s: 90 of 110.
    expect(share).toBeCloseTo(90 / 110, 2);
    const { messages } = simulate(scenario, 1).summary;
    expect(messages.duplicateJobs / messages.deleted).toBeGreaterThan(share / 2);
  });

  it("counts the jobs of a scale-in that do not end in time: of constant jobs, what is left of them", () => {
    const facts = workFacts(scenarioOf({ work: { serviceTime: { kind: "constant", sec: 100 } } }));
    expect(shareStillRunning(facts, 25)).toBeCloseTo(0.75, 6);
    expect(shareStillRunning(facts, 100)).toBe(0);
    // Exponential jobs do not age: e^(−t ÷ s).
    const ageless = workFacts(scenarioOf({ work: { serviceTime: { kind: "exponential", meanSec: 100 } } }));
    expect(shareStillRunning(ageless, 50)).toBeCloseTo(Math.exp(-0.5), 1);
  });

  it("weighs classes by the messages that their sources send", () => {
    const constant = (sec: number) => ({ kind: "constant", sec }) as const;
    const steady = (ratePerSec: number) => ({ kind: "poisson", ratePerSec }) as const;
    const facts = workFacts(
      scenarioOf({
        traffic: {
          kind: "sum",
          sources: [
            { traffic: steady(3), messageClass: "quick" },
            { traffic: steady(1), messageClass: "slow" },
          ],
        },
        work: {
          classes: [
            { name: "quick", serviceTime: constant(1) },
            { name: "slow", serviceTime: constant(9) },
          ],
        },
      }),
    );
    expect(facts.meanJobSec).toBeCloseTo(3, 9);
    expect(shareLonger(facts, 5)).toBeCloseTo(0.25, 9);
  });

  it("judges capacity by the busiest quarter of an hour, not by the mean", () => {
    const burst = [
      { atSec: 0, ratePerSec: 0.1 },
      { atSec: 36_000, ratePerSec: 50 },
      { atSec: 37_800, ratePerSec: 0.1 },
    ];
    const scenario = scenarioOf({ traffic: { kind: "piecewise", points: burst }, work: { serviceTime: { kind: "constant", sec: 1 } } });
    expect(workFacts(scenario).peakPerSec).toBeCloseTo(50, 0);
    expect(preflight(scenario).find(({ rule }) => rule === "too-small")?.text).toContain("keep 50 slots busy");
  });

  it("knows that a metric which is 0 ÷ 0 at no instance can be given a value", () => {
    const fleet = { platform: "fargate", min: 0, max: 5 } as const;
    const at = (metric: string) => rulesOf(scenarioOf({ fleet, policy: { kind: "ecs-target-tracking", target: 5, metric } }));
    expect(at("visible / running")).toContain("stuck-at-zero");
    expect(at("IF(FILL(running, 0) > 0, visible / running, visible)")).not.toContain("stuck-at-zero");
  });

  it("recommends no warm pool to a service on Fargate, which has none", () => {
    const late = { objective: { limitSec: 60 }, traffic: { kind: "poisson", ratePerSec: 40 } } as const;
    const mendOf = (scenario: Scenario) => preflight(scenario).find(({ rule }) => rule === "help-comes-late");
    expect(mendOf(scenarioOf({ ...late, policy: { kind: "ec2-target-tracking" } }))?.mend).toContain("warm pool");
    const service = mendOf(scenarioOf({ ...late, fleet: { platform: "fargate" }, policy: { kind: "ecs-target-tracking" } }));
    expect(service?.mend).toContain("make the image smaller");
    expect(service?.source).toContain("AmazonECS");
  });

  it("holds heartbeats to the time that they buy", () => {
    const heartbeat = (everySec: number, maxSec = 3600) =>
      rulesOf(
        scenarioOf({
          queue: { visibilityTimeoutSec: 30 },
          worker: { heartbeat: { everySec, extendToSec: 60, maxSec } },
          work: { serviceTime: { kind: "constant", sec: 600 } },
        }),
      );
    expect(heartbeat(10)).not.toContain("heartbeat-too-late");
    expect(heartbeat(30)).toContain("heartbeat-too-late");
    expect(heartbeat(10, 120)).toContain("heartbeat-ends-early");
  });
});
