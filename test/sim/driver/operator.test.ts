import { describe, expect, it } from "vitest";
import type { Result } from "../../../sim/measure/result.ts";
import { formatFault } from "../../../sim/scenario/faults.ts";
import { readScenario } from "../../../sim/scenario/read.ts";
import type { ScenarioInput } from "../../../sim/scenario/schema.ts";
import { simulate } from "../../../sim/simulate.ts";

type Acts = NonNullable<ScenarioInput["acts"]>;

function run(acts: Acts, more: Partial<ScenarioInput> = {}): Result {
  const read = readScenario({ version: 1, name: "Acts", run: { durationSec: 3600 }, ...more, acts });
  if (!read.ok) throw new Error(read.faults.map(formatFault).join("\n"));
  return simulate(read.scenario, 1);
}

function told({ decisions }: Result): string[] {
  return decisions.filter(({ reason }) => reason.code === "operator").map(({ at, reason }) => `${at / 1000}: ${reason.text}`);
}

/** Every message fails three times and is dead within a second. */
const POISONED: Partial<ScenarioInput> = {
  traffic: { kind: "timestamps", atSec: Array.from({ length: 40 }, (_, second) => second + 0.5) },
  work: { serviceTime: { kind: "constant", sec: 0.1 }, poisonProbability: 1 },
  worker: { retryDelaySec: 0 },
  queue: { maxReceiveCount: 3 },
  fleet: { min: 1, max: 1 },
};

/** Far more than two instances can do, then next to nothing. */
const BURST: Partial<ScenarioInput> = {
  traffic: {
    kind: "piecewise",
    points: [
      { atSec: 0, ratePerSec: 30 },
      { atSec: 900, ratePerSec: 0.1 },
    ],
  },
  policy: { kind: "ec2-target-tracking", target: 100, warmUpSec: 0 },
};

describe("an operator", () => {
  it("who redrives poison does so for ever: what is moved back dies and is moved again", () => {
    const { summary } = run([{ kind: "redrive", atSec: 600, perSec: 10 }], POISONED);
    expect(summary.messages.redriven).toBeGreaterThan(1000);
  });

  it("redrives the dead letters at a rate, as new messages", () => {
    // They come back a minute later, when the redrive is over.
    const result = run([{ kind: "redrive", atSec: 600, perSec: 10 }], { ...POISONED, worker: { retryDelaySec: 60 } });
    expect(told(result)).toEqual(["600: An operator starts to move 40 dead letters back, 10 a second."]);
    expect(result.summary.messages).toMatchObject({ sent: 40, redriven: 40, dead: 80, received: 240 });
  });

  it("cannot start a redrive while one is under way, and can end it", () => {
    const result = run(
      [
        { kind: "redrive", atSec: 600, perSec: 1 },
        { kind: "redrive", atSec: 605 },
        { kind: "cancel-redrive", atSec: 610 },
        { kind: "cancel-redrive", atSec: 611 },
      ],
      POISONED,
    );
    expect(told(result)).toEqual([
      "600: An operator starts to move 40 dead letters back, 1 a second.",
      "605: An operator starts no redrive: one is under way.",
      "610: An operator ends the redrive.",
      "611: An operator ends no redrive: none is under way.",
    ]);
    expect(result.summary.messages.redriven).toBeGreaterThan(5);
    expect(result.summary.messages.redriven).toBeLessThan(15);
  });

  it("purges the queue or the dead-letter queue, once a minute", () => {
    const idle = { ...POISONED, fleet: { min: 0, max: 0 } };
    const result = run(
      [
        { kind: "purge", atSec: 20, queue: "main" },
        { kind: "purge", atSec: 60, queue: "main" },
        { kind: "purge", atSec: 90, queue: "main" },
      ],
      idle,
    );
    expect(result.summary.messages).toMatchObject({ sent: 40, purged: 40, visible: 0 });
    expect(told(result)).toEqual([
      "20: An operator purges the queue of 20 messages.",
      "60: An operator cannot purge the queue: it was purged less than a minute ago.",
      "90: An operator purges the queue of 20 messages.",
    ]);
    const dead = run(
      [
        { kind: "purge", atSec: 600 },
        { kind: "redrive", atSec: 700 },
      ],
      POISONED,
    );
    expect(dead.summary.messages).toMatchObject({ dead: 40, redriven: 0 });
  });

  it("changes the queue's attributes, which takes its time", () => {
    const shorter = (effectiveAfterSec: number) =>
      run([{ kind: "set-queue", atSec: 100, retentionSec: 60, effectiveAfterSec }], { ...POISONED, fleet: { min: 0, max: 0 } });
    expect(told(shorter(60))).toEqual(["100: An operator sets the queue's retentionSec to 60."]);
    const lastWith = ({ columns }: Result) => columns.timeMs[columns.backlog.lastIndexOf(40)];
    expect(shorter(60).summary.messages.expired).toBe(40);
    expect(lastWith(shorter(0))).toBe(60_000);
    expect(lastWith(shorter(600))).toBe(660_000);
  });

  it("gives the queue a dead-letter queue in mid-run", () => {
    const { summary } = run([{ kind: "set-queue", atSec: 600, maxReceiveCount: 3 }], {
      ...POISONED,
      queue: { maxReceiveCount: 0, visibilityTimeoutSec: 5 },
      worker: { retryDelaySec: 60 },
    });
    expect(summary.messages.dead).toBe(40);
  });

  it("ends the instances that a terminate hook has retained, which cost until then", () => {
    // Jobs of ten minutes, and a hook that waits for one: six of eight instances are told to go, at work all of them.
    const retaining = (acts: Acts, abandoned: "terminate" | "retain" = "retain") =>
      run([{ kind: "resize", atSec: 300, max: 2 }, ...acts], {
        traffic: { kind: "poisson", ratePerSec: 1 },
        work: { serviceTime: { kind: "constant", sec: 600 } },
        queue: { visibilityTimeoutSec: 3600 },
        fleet: { min: 2, max: 8, initial: 8, terminateHook: { heartbeatTimeoutSec: 60, abandoned } },
      });
    const ended = retaining([
      { kind: "end-retained", atSec: 1800 },
      { kind: "end-retained", atSec: 1801 },
    ]);
    expect(told(ended).slice(1)).toEqual([
      "1800: An operator ends 6 instances that the terminate hook had retained.",
      "1801: An operator ends 0 instances that the terminate hook had retained.",
    ]);
    const lives = ended.instances.filter(({ stages }) => stages.some(({ stage }) => stage === "retained"));
    expect(lives.map(({ stages, killed }) => [stages.at(-1), killed])).toEqual(
      Array.from({ length: 6 }, () => [{ stage: "terminated", at: 1_800_000 }, false]),
    );
    const cost = ({ summary }: Result) => summary.cost.totalUsd;
    expect(cost(retaining([]))).toBeGreaterThan(cost(ended));
    expect(cost(ended)).toBeGreaterThan(cost(retaining([], "terminate")));
  });

  it("cannot end what is never retained", () => {
    expect(() => run([{ kind: "end-retained", atSec: 1 }])).toThrow(/^acts\[0\]: no instance is ever retained/);
  });

  it("suspends what follows alarms: nothing scales, and when it is resumed an alarm that holds acts at once", () => {
    const held = run(
      [
        { kind: "suspend", atSec: 60, process: "alarm-notification" },
        { kind: "resume", atSec: 700, process: "alarm-notification" },
      ],
      BURST,
    );
    const suspended = held.decisions.filter(({ reason }) => reason.code === "suspended");
    expect(suspended[0]?.reason.text).toMatch(/^alarm-notification is suspended, else: The high alarm holds/);
    expect(held.decisions.filter(({ at, desired, before }) => at < 700_000 && desired !== before)).toEqual([]);
    expect(held.decisions.find(({ desired, before }) => desired > before)?.at).toBe(707_000);
  });

  it("has no power over a policy of one's own, which calls the API by itself", () => {
    const held = run([{ kind: "suspend", atSec: 0, process: "alarm-notification" }], { ...BURST, policy: { kind: "exact-backlog" } });
    expect(held.summary.launches).toBeGreaterThan(0);
  });

  it("suspends scheduled actions: what would have been due is missed", () => {
    const { decisions } = run(
      [
        { kind: "suspend", atSec: 0, process: "scheduled-actions" },
        { kind: "resume", atSec: 1200, process: "scheduled-actions" },
      ],
      {
        policy: {
          kind: "scheduled",
          actions: [
            { cron: "10 * * * *", desired: 5 },
            { cron: "30 * * * *", desired: 4 },
          ],
        },
      },
    );
    expect(decisions.filter(({ desired, before }) => desired !== before).map(({ at, desired }) => [at / 60_000, desired])).toEqual([
      [30, 4],
    ]);
  });

  it("deploys, and no policy scales the service in until that is done", () => {
    const service: Partial<ScenarioInput> = {
      traffic: { kind: "poisson", ratePerSec: 0.1 },
      fleet: { platform: "fargate", min: 1, max: 10, initial: 4, task: { start: { kind: "constant", sec: 400 } } },
      policy: { kind: "ecs-target-tracking", metric: "visible / running" },
    };
    const firstIn = ({ decisions }: Result) => decisions.find(({ desired, before }) => desired < before)?.at;
    const usual = firstIn(run([], service));
    const deployed = run([{ kind: "deploy", atSec: 600 }], service);
    expect(usual).toBeLessThan(1_000_000);
    expect(deployed.decisions.some(({ reason }) => reason.text.startsWith("dynamic-scaling-in is suspended"))).toBe(true);
    expect(firstIn(deployed)).toBeGreaterThan(1_000_000);
    expect(deployed.instances.slice(0, 4).map(({ endCause }) => endCause)).toEqual(Array.from({ length: 4 }, () => "deployment"));
    expect(deployed.decisions.find(({ reason }) => reason.code === "operator")?.launched).toEqual([4, 5, 6, 7]);
  });

  it("refreshes the instances of a group, with the shares it is given or those of the maintenance policy", () => {
    const fleet = { min: 4, max: 4 };
    const mostInService = ({ columns }: Result) => Math.max(...columns.inService);
    const refresh = { kind: "instance-refresh" as const, atSec: 600 };
    const usual = run([refresh], { fleet });
    const first = run([{ ...refresh, minHealthyPercent: 100, maxHealthyPercent: 150 }], { fleet });
    const byPolicy = run([refresh], { fleet: { ...fleet, maintenance: { minHealthyPercent: 100, maxHealthyPercent: 150 } } });
    for (const result of [usual, first, byPolicy]) {
      expect(result.instances.slice(0, 4).map(({ endCause }) => endCause)).toEqual(Array.from({ length: 4 }, () => "deployment"));
    }
    expect(mostInService(usual)).toBe(4);
    expect(mostInService(first)).toBe(6);
    expect(mostInService(byPolicy)).toBe(6);
    expect(first.decisions.find(({ reason }) => reason.code === "operator")).toMatchObject({ launched: [4, 5] });
  });
});

it.each<[string, Acts, Partial<ScenarioInput>, string]>([
  ["a process of ECS on EC2", [{ kind: "suspend", atSec: 0, process: "dynamic-scaling-in" }], {}, "acts[0].process"],
  ["a process of EC2 on Fargate", [{ kind: "resume", atSec: 0, process: "launch" }], { fleet: { platform: "fargate" } }, "acts[0].process"],
  ["a deployment on EC2", [{ kind: "deploy", atSec: 0 }], {}, "acts[0].kind"],
  ["an instance refresh on Fargate", [{ kind: "instance-refresh", atSec: 0 }], { fleet: { platform: "fargate" } }, "acts[0].kind"],
  ["a maximum without a minimum", [{ kind: "instance-refresh", atSec: 0, maxHealthyPercent: 110 }], {}, "acts[0].maxHealthyPercent"],
  [
    "a maximum far above the minimum",
    [{ kind: "instance-refresh", atSec: 0, minHealthyPercent: 50, maxHealthyPercent: 151 }],
    {},
    "acts[0].maxHealthyPercent",
  ],
  ["a redrive without a dead-letter queue", [{ kind: "redrive", atSec: 0 }], { queue: { maxReceiveCount: 0 } }, "acts[0]"],
  ["a purge of a dead-letter queue that is not there", [{ kind: "purge", atSec: 0 }], { queue: { maxReceiveCount: 0 } }, "acts[0]"],
])("refuses %s", (_what, acts, more, path) => {
  const read = readScenario({ version: 1, name: "Acts", ...more, acts });
  expect(read.ok ? [] : read.faults.map((fault) => fault.path)).toEqual([path]);
});
