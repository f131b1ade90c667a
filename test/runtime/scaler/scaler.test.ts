import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { metricNamesOf, policyOf, scalingMetric, warmUpSecOf } from "../../../sim/core/policy/policy-of.ts";
import { METRIC_NAMES, type Observation, type Policy } from "../../../sim/core/policy/policy.ts";
import { turnsIn } from "../../../sim/plan/policy-laws.ts";
import { DecisionReplay } from "../../../sim/plan/replay.ts";
import { realSurroundings, specifiedPolicy } from "../../../sim/scenario/policy-surroundings.ts";
import { readScenario } from "../../../sim/scenario/read.ts";
import type { ScenarioInput } from "../../../sim/scenario/schema.ts";
import { Lease } from "../../../runtime/scaler/lease.ts";
import { Observer } from "../../../runtime/scaler/observer.ts";
import { PublishedMetrics, type SeriesReader } from "../../../runtime/scaler/published-metrics.ts";
import { Scaler } from "../../../runtime/scaler/scaler.ts";
import { anyPolicy } from "../../support/any-policy.ts";
import { SteppedClock, settled } from "../../support/stepped-clock.ts";
import { FakeGroup, FakeQueue, rememberingLog } from "./fakes.ts";

const ORIGIN = Date.UTC(2026, 0, 5);

interface ScalerSetUp {
  readonly clock: SteppedClock;
  readonly group: FakeGroup;
  readonly queue: FakeQueue;
  readonly policy?: ScenarioInput["policy"];
  readonly own?: Policy<unknown>;
  readonly isDryRun?: boolean;
  readonly everyMs?: number;
  /** Names it among several, which share the group by a lease. */
  readonly owner?: string;
  readonly reader?: SeriesReader;
}

/** A scaler over fakes, and all that it wrote. */
function scalerOn({ clock, group, queue, policy, own, owner, isDryRun = false, everyMs, reader }: ScalerSetUp) {
  const read = readScenario({ version: 1, name: "Scaled", policy: policy ?? { kind: "exact-backlog" } });
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  const specified = specifiedPolicy(read.scenario);
  const { log, entries } = rememberingLog();
  const lines: string[] = [];
  const now = () => Math.floor(clock.now());
  const metrics = new PublishedMetrics({
    reader: reader ?? { readSeries: (queries) => Promise.resolve(queries.map(() => [])) },
    names: own === undefined ? metricNamesOf(specified.spec) : METRIC_NAMES,
    owners: { queueName: "jobs", groupName: group.name },
    statistic: "Maximum",
    periodSec: specified.periodSec,
    originEpochMs: ORIGIN,
  });
  const lease =
    owner === undefined
      ? undefined
      : new Lease({
          owner,
          clock,
          read: async () => (await group.describe()).lease,
          write: (value) => group.writeLease(value),
          changed: () => undefined,
          failed: () => undefined,
        });
  const scaler = new Scaler({
    policy: own ?? policyOf(specified.spec, realSurroundings(specified, ORIGIN)),
    logged: own === undefined ? specified : { kind: own.kind, file: "own.ts" },
    group,
    observer: new Observer({
      group,
      queue,
      metrics,
      workers: undefined,
      metric: scalingMetric(specified.spec),
      periodMs: specified.periodSec * 1000,
      warmUpMs: warmUpSecOf(specified.spec) * 1000,
      originEpochMs: ORIGIN,
      now,
      failed: (what) => log.warn(what),
    }),
    lease,
    isDryRun,
    everyMs,
    clock,
    now,
    originEpochMs: ORIGIN,
    write: (line) => void lines.push(line),
    log,
    about: { group: group.name },
  });
  return { scaler, lines, entries };
}

function world(clock = new SteppedClock()) {
  return { clock, group: new FakeGroup(clock), queue: new FakeQueue() };
}

function written(lines: readonly string[]): Record<string, unknown>[] {
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

const backlog = (visible: number) => ({ visible, inFlight: 0, delayed: 0 });

describe("a scaler", () => {
  it("sets what the policy decides, at the policy's own pace, and has it on record before it acts", async () => {
    const { clock, group, queue } = world();
    const { scaler, lines } = scalerOn({ clock, group, queue });
    const end = new AbortController();
    group.change = ((change) => {
      expect(written(lines).at(-1)).toMatchObject({ line: "review", outcome: { role: "acting", change } });
      return FakeGroup.prototype.change.call(group, change);
    }) satisfies FakeGroup["change"];
    queue.held = backlog(430);
    const run = scaler.run(end.signal);
    await clock.pass(59_000);
    expect(group.changes).toEqual([{ desired: 5, at: 0, before: 1 }]);
    queue.held = backlog(950);
    await clock.pass(2000);
    expect(group.changes).toEqual([
      { desired: 5, at: 0, before: 1 },
      { desired: 10, at: 60_000, before: 5 },
    ]);
    end.abort();
    await run;
    expect(written(lines).map(({ line }) => line)).toEqual(["start", "review", "review"]);
  });

  it("reviews as often as it is told to instead, when it is told so", async () => {
    const { clock, group, queue } = world();
    const { scaler } = scalerOn({ clock, group, queue, everyMs: 5000 });
    const end = new AbortController();
    const run = scaler.run(end.signal);
    await clock.pass(20_000);
    expect(scaler.status.reviews).toBe(5);
    end.abort();
    await run;
  });

  it("does without a figure that it cannot read", async () => {
    const { clock, group, queue } = world();
    const { scaler, lines, entries } = scalerOn({ clock, group, queue });
    queue.held = new Error("AccessDenied");
    await scaler.review();
    expect(group.changes).toEqual([]);
    const [review] = written(lines);
    expect(review).toMatchObject({ decision: { desired: 1, reason: { code: "no-data" } } });
    expect((review?.["observation"] as Partial<Observation>).backlog).toBeUndefined();
    expect(entries).toContainEqual({ level: "warn", text: "queue" });
  });

  it("asks nobody when the group cannot be described, says so, and tries again soon", async () => {
    const { clock, group, queue } = world();
    const { scaler, lines } = scalerOn({ clock, group, queue });
    group.failing.describe = "Throttling: Rate exceeded";
    expect(await scaler.review()).toBe(10_000);
    expect(written(lines)).toMatchObject([{ line: "skipped", because: "Throttling: Rate exceeded" }]);
    expect(scaler.status).toMatchObject({ reviews: 0, skipped: 1, skippedInARow: 1 });
    delete group.failing.describe;
    await scaler.review();
    expect(scaler.status).toMatchObject({ reviews: 1, skippedInARow: 0 });
  });

  it("decides anew when a change did not take effect", async () => {
    const { clock, group, queue } = world();
    const { scaler } = scalerOn({ clock, group, queue });
    queue.held = backlog(300);
    group.failing.change = "ScalingActivityInProgress";
    await scaler.review();
    expect(scaler.status).toMatchObject({ changes: 0, failedChanges: 1 });
    delete group.failing.change;
    await scaler.review();
    expect(group.changes).toMatchObject([{ desired: 3 }]);
  });

  it("in a dry run decides, logs, and leaves the group", async () => {
    const { clock, group, queue } = world();
    const { scaler, lines } = scalerOn({ clock, group, queue, isDryRun: true });
    queue.held = backlog(300);
    await scaler.review();
    expect(group.changes).toEqual([]);
    expect(written(lines)).toMatchObject([{ decision: { desired: 3 }, outcome: { role: "dry run", change: { desired: 3 } } }]);
  });

  it("keeps a policy from somebody's file within the group's limits, and outlives what it throws", async () => {
    const { clock, group, queue } = world();
    let wants: number | undefined = 99;
    const own: Policy<unknown> = {
      kind: "rash",
      initial: () => null,
      decide(state, _, now) {
        if (wants === undefined) throw new Error("no idea");
        const reason = { code: "out", text: "More is better, always." } as const;
        return { state, decision: { desired: wants, reason, limitedBy: undefined, nextReviewAt: now } };
      },
    };
    const { scaler, lines } = scalerOn({ clock, group, queue, own });
    expect(await scaler.review()).toBe(1000);
    expect(group.desired).toBe(10);
    wants = NaN;
    await scaler.review();
    wants = undefined;
    await scaler.review();
    expect(group.desired).toBe(10);
    expect(scaler.status.faults).toBe(1);
    expect(written(lines).at(-1)).toMatchObject({ fault: "no idea" });
  });

  it("sets limits and capacity in one call when a scheduled action says so", async () => {
    const { clock, group, queue } = world();
    const actions = [{ cron: "0 0 * * *", min: 12, max: 20 }];
    const { scaler } = scalerOn({ clock, group, queue, policy: { kind: "scheduled", actions } });
    await clock.pass(1000);
    await scaler.review();
    expect(group.changes).toEqual([{ desired: 12, min: 12, max: 20, at: 1000, before: 1 }]);
  });

  it("shows the policy the metrics that its expression names, as CloudWatch has published them", async () => {
    const { clock, group, queue } = world();
    const asked: string[] = [];
    const reader: SeriesReader = {
      readSeries(queries, { toEpochMs }) {
        asked.push(...queries.map(({ metricName }) => metricName));
        return Promise.resolve(
          queries.map(({ metricName }) =>
            [5, 4, 3, 2, 1].map((back) => ({ atEpochMs: toEpochMs - back * 60_000, value: metricName.startsWith("Group") ? 1 : 450 })),
          ),
        );
      },
    };
    await clock.pass(3_600_000);
    const { scaler, lines } = scalerOn({ clock, group, queue, reader, policy: { kind: "ec2-target-tracking" } });
    await scaler.review();
    expect(asked).toEqual(["ApproximateNumberOfMessagesVisible", "GroupInServiceInstances"]);
    expect(group.changes).toMatchObject([{ desired: 5 }]);
    const { metric } = written(lines)[0]?.["observation"] as Observation;
    expect(metric.at(-1)).toEqual({ at: 3_540_000, value: 450 });
  });
});

describe("the decision log of a scaler", () => {
  it("replayed gives identical decisions, all of them, whatever the policy and whatever failed", async () => {
    const event = fc.record({
      passMs: fc.integer({ min: 0, max: 300_000 }),
      held: fc.option(fc.nat(5000), { nil: undefined }),
      fails: fc.constantFrom(undefined, undefined, undefined, "describe" as const, "change" as const),
      terminating: fc.nat(2),
    });
    await fc.assert(
      fc.asyncProperty(
        anyPolicy(),
        fc.array(event, { minLength: 1, maxLength: 12 }),
        fc.infiniteStream(fc.nat(3000)),
        async (policy, events, values) => {
          const { clock, group, queue } = world();
          const reader: SeriesReader = {
            readSeries: (queries, { toEpochMs }) =>
              Promise.resolve(
                queries.map(() =>
                  Array.from({ length: 20 }, (_, index) => ({
                    atEpochMs: toEpochMs - (20 - index) * 60_000,
                    value: values.next().value as number,
                  })),
                ),
              ),
          };
          const { scaler, lines } = scalerOn({ clock, group, queue, policy, reader });
          const end = new AbortController();
          const run = scaler.run(end.signal);
          for (const { passMs, held, fails, terminating } of events) {
            queue.held = held === undefined ? new Error("timed out") : backlog(held);
            delete group.failing.describe;
            delete group.failing.change;
            if (fails !== undefined) group.failing[fails] = "Throttling";
            group.others = Array.from({ length: terminating }, (_, index) => ({ id: `t-${index}`, state: "terminating" as const }));
            await clock.pass(passMs);
          }
          end.abort();
          await run;
          const replay = new DecisionReplay();
          for (const line of lines) replay.push(line);
          const report = replay.finish();
          if (scaler.status.reviews === 0) return;
          expect(report).toMatchObject({ agrees: true, reviews: scaler.status.reviews, skipped: scaler.status.skipped });
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe("two scalers on one group", () => {
  it("act one at a time: under a constant load the capacity is set once and does not flap", async () => {
    const clock = new SteppedClock();
    const group = new FakeGroup(clock, () => 200);
    const queue = new FakeQueue();
    queue.held = backlog(450);
    const end = new AbortController();
    const scalers = ["a", "b"].map((owner) => scalerOn({ clock, group, queue, owner, everyMs: 7000 }));
    const runs = scalers.map(({ scaler }) => scaler.run(end.signal));
    await clock.pass(600_000);
    expect(group.changes.map(({ desired }) => desired)).toEqual([5]);
    expect(scalers.filter(({ scaler }) => scaler.status.changes > 0)).toHaveLength(1);
    end.abort();
    await clock.pass(1000);
    await Promise.all(runs);
    expect(group.lease).toBe("free");
  });

  it("never leave the limits, never act at the same review, and follow the load, whichever of them ends when", async () => {
    const step = fc.record({ passMs: fc.integer({ min: 1000, max: 120_000 }), visible: fc.nat(2000), stops: fc.option(fc.nat(1)) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 8 }), fc.nat(2900), async (steps, latencyMs) => {
        const clock = new SteppedClock();
        const group = new FakeGroup(clock, () => latencyMs);
        const queue = new FakeQueue();
        const started: { stop: () => void; run: Promise<void> }[] = [];
        const start = () => {
          const end = new AbortController();
          const { scaler } = scalerOn({ clock, group, queue, owner: `s${started.length}`, everyMs: 13_000 });
          started.push({ stop: () => end.abort(), run: scaler.run(end.signal) });
        };
        start();
        start();
        for (const { passMs, visible, stops } of steps) {
          queue.held = backlog(visible);
          if (stops !== null) {
            started.at(-1 - stops)?.stop();
            start();
          }
          await clock.pass(passMs);
        }
        queue.held = backlog(1000);
        await clock.pass(240_000);
        expect(group.desired).toBe(10);
        const settledAt = group.changes.length;
        await clock.pass(600_000);
        expect(group.changes).toHaveLength(settledAt);
        for (const { desired } of group.changes) expect(desired).toBeLessThanOrEqual(group.max);
        for (const { stop } of started) stop();
        await clock.pass(20_000);
        await Promise.all(started.map(({ run }) => run));
        await settled();
      }),
      { numRuns: 12 },
    );
  });

  it("keep the capacity through a takeover after a crash", async () => {
    const clock = new SteppedClock();
    const group = new FakeGroup(clock);
    const queue = new FakeQueue();
    queue.held = backlog(450);
    const [endOfFirst, endOfSecond] = [new AbortController(), new AbortController()];
    const first = scalerOn({ clock, group, queue, owner: "a", everyMs: 10_000 });
    const second = scalerOn({ clock, group, queue, owner: "b", everyMs: 10_000 });
    void first.scaler.run(endOfFirst.signal);
    await clock.pass(30_000);
    const run = second.scaler.run(endOfSecond.signal);
    await clock.pass(60_000);
    // A crash: its lease is not given back.
    const given = group.lease;
    endOfFirst.abort();
    await settled();
    group.lease = given;
    queue.held = backlog(850);
    await clock.pass(30_000);
    expect(group.desired).toBe(5);
    await clock.pass(90_000);
    expect(group.desired).toBe(9);
    expect(turnsIn(group.changes.map(({ desired }) => desired))).toBe(0);
    endOfSecond.abort();
    await run;
  });
});
