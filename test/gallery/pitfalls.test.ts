/** What befalls fleets in the field, one test a pitfall: that it shows, in the figures of theory where there are any, and that its cure cures. */
import { describe, expect, it } from "vitest";
import type { Result } from "../../sim/measure/result.ts";
import { binomialBounds } from "../support/binomial.ts";
import { normalDistribution } from "../support/statistics.ts";
import { at, expectCured, firstScaleOutSec, inFullBatches, killed, mostDesired, reasonsOf, run, SEEDS } from "./runs.ts";

const meanInService = ({ summary }: Result) => summary.inService.mean;
const worstAge = ({ summary }: Result) => summary.ageOfOldestMs.max;
const launches = ({ summary }: Result) => summary.launches;
const dead = ({ summary }: Result) => summary.messages.dead;

function expectBinomial(count: number, trials: number, probability: number): void {
  const { least, most } = binomialBounds(trials, probability);
  expect(count).toBeGreaterThanOrEqual(least);
  expect(count).toBeLessThanOrEqual(most);
}

describe("metrics and alarms", () => {
  it("raw depth goes to the maximum of 20 for a burst that 3 instances serve; backlog per instance does not", () => {
    const needed = Math.ceil((5 * 2) / 4);
    expect(needed).toBe(3);
    expect(mostDesired(run("raw-depth"))).toBe(20);
    expect(mostDesired(run("raw-depth-cured"))).toBeLessThanOrEqual(2 * needed);
    expectCured("raw-depth", meanInService);
  });

  it("two rules that contradict each other launch more tasks than there are messages", () => {
    const { launches: launched, messages } = run("yo-yo").summary;
    expect(launched).toBeGreaterThan(1.5 * messages.sent);
    expect(run("yo-yo-cured").summary.launches).toBeLessThanOrEqual(messages.sent);
    expectCured("yo-yo", launches);
  });

  it("answers before the last one is seen swing from the minimum to the maximum; 6 slots are busy all the time", () => {
    const { desired } = run("lag-and-cooldown").columns;
    const swung = desired.slice(60);
    expect(Math.max(...swung) - Math.min(...swung)).toBeGreaterThan(12);
    const calm = run("lag-and-cooldown-cured").columns.desired.slice(120);
    expect(Math.max(...calm) - Math.min(...calm)).toBeLessThan(8);
    expectCured("lag-and-cooldown", launches);
    expectCured("lag-and-cooldown", meanInService);
  });

  it("a queue that wakes is seen up to 15 minutes late; whoever asks it sees it at the next minute", () => {
    for (const seed of SEEDS) {
      const late = firstScaleOutSec(run("sleeping-queue", seed)) - 30_000;
      expect(late).toBeGreaterThan(0);
      expect(late).toBeLessThan(900 + 4 * 60);
      expect(firstScaleOutSec(run("sleeping-queue-cured", seed)) - 30_000).toBeLessThan(120);
    }
    const mean = (ids: string) => SEEDS.reduce((sum, seed) => sum + firstScaleOutSec(run(ids, seed)), 0) / SEEDS.length;
    expect(mean("sleeping-queue") - mean("sleeping-queue-cured")).toBeGreaterThan(60);
  });

  it("two samples added up launch instances for work that is not there", () => {
    for (const seed of SEEDS) {
      const { columns, summary } = run("double-samples", seed);
      const truly = Math.max(...columns.inFlight.map((value, row) => value + columns.backlog[row]!));
      expect(truly).toBeLessThan(90);
      expect(Math.max(...columns.metric.filter((value) => !Number.isNaN(value)))).toBeGreaterThan(90);
      expect(summary.launches).toBeGreaterThan(0);
      expect(run("double-samples-cured", seed).summary.launches).toBe(0);
    }
  });

  it("a service at zero has no backlog per task, and stays there for good", () => {
    const { summary, decisions } = run("stuck-at-zero");
    expect(reasonsOf(run("stuck-at-zero"))).toEqual(["no-data"]);
    expect(summary).toMatchObject({ launches: 0, messages: { deleted: 0, visible: summary.messages.sent } });
    expect(decisions.at(-1)?.desired).toBe(0);
    const cured = run("stuck-at-zero-cured");
    expect(cured.summary.messages.deleted).toBeGreaterThan(0.95 * cured.summary.messages.sent);
    expectCured("stuck-at-zero", worstAge);
  });

  it("one waiting message is not above a target of one: 10 + 10 minutes", () => {
    const { summary } = run("target-of-one");
    expect(summary.launches).toBe(0);
    expect(summary.latencyMs.max / 1000).toBeGreaterThan(1200);
    expect(summary.latencyMs.max / 1000).toBeLessThan(1210);
    expectCured("target-of-one", ({ summary: { latencyMs } }) => latencyMs.max);
  });

  it("workers at a tenth of their processor never reach 50 %", () => {
    const { summary, columns } = run("cpu-target");
    expect(Math.max(...columns.metric.filter((value) => !Number.isNaN(value)))).toBeLessThanOrEqual(10);
    expect(summary.launches).toBe(0);
    // 3 a second of 2 s are 6 busy slots, and there are 4.
    expect(summary.messages.visible).toBeGreaterThan(0.9 * 7200 * (3 - 4 / 2));
    expectCured("cpu-target", worstAge);
  });

  it("a target for jobs of half a second is four times as long for jobs of two", () => {
    const [quick, slow] = run("stale-target").summary.workload?.classes ?? [];
    const ratio = slow!.latencyMs.p95 / quick!.latencyMs.p95;
    expect(ratio).toBeGreaterThan(3);
    expect(ratio).toBeLessThan(5.5);
    expectCured("stale-target", worstAge);
  });
});

describe("speed of scaling", () => {
  it("scale-in waits for fifteen low minutes after each burst", () => {
    const { decisions } = run("slow-scale-in");
    const first = decisions.find(({ desired, before, at: when }) => desired < before && when > 900_000);
    // The burst ends at 900 s; what it left has to be worked off first.
    expect(first!.at / 1000 - 900).toBeGreaterThan(15 * 60);
    expectCured("slow-scale-in", meanInService);
  });

  it("scale-out takes three datapoints and their lag; ten-second metrics do not", () => {
    const onsetSec = 1800;
    expect(firstScaleOutSec(run("slow-scale-out")) - onsetSec).toBeGreaterThan(3 * 60);
    expect(firstScaleOutSec(run("slow-scale-out-cured")) - onsetSec).toBeLessThan(60);
    expectCured("slow-scale-out", worstAge);
  });

  it("two instances every five minutes are too few for a need of twenty", () => {
    const { columns } = run("fixed-steps");
    const start = 900;
    // 2 + 2 every 5 minutes and the launches between: 20 not before 45 minutes, while the burst lasts 40.
    expect(columns.inService[(start + 2400) / 60]).toBeLessThan(20);
    expect(at(run("fixed-steps-cured"), "inService", start + 600)).toBeGreaterThan(20);
    expectCured("fixed-steps", worstAge);
  });

  it("instances in service that do not work yet are added to three times over", () => {
    const needed = Math.ceil((4.5 * 2) / 4 / 0.8);
    expect(needed).toBe(3);
    expect(mostDesired(run("warm-up-too-short"))).toBeGreaterThanOrEqual(3 * needed);
    expect(mostDesired(run("warm-up-too-short-cured"))).toBeLessThanOrEqual(needed + 1);
    expectCured("warm-up-too-short", meanInService);
  });

  it("a fleet that goes to zero between bursts pays a start for each", () => {
    const { summary } = run("zero-flapping");
    expect(summary.launches).toBeGreaterThanOrEqual(26);
    expect(summary.latencyMs.p50 / 1000).toBeGreaterThan(330);
    expect(summary.objective.held).toBe(false);
    expect(run("zero-flapping-cured").summary).toMatchObject({ launches: 1, objective: { held: true } });
  });

  it("a step policy that removes what target tracking adds launches all day", () => {
    expectCured("step-against-target", launches);
    expect(run("step-against-target").summary.launches).toBeGreaterThan(4 * run("step-against-target-cured").summary.launches);
  });

  it("in waits until a deployment is over, however long the low alarm has held", () => {
    const firstInSec = ({ decisions }: Result) => (decisions.find(({ desired, before }) => desired < before)?.at ?? Infinity) / 1000;
    const deployed = run("deployment");
    const usual = run("deployment", 1, (scenario) => ({ ...scenario, acts: [] }));
    expect(firstInSec(usual)).toBeLessThan(1000);
    const over = Math.max(...deployed.instances.slice(0, 4).map(({ stages }) => stages.at(-1)?.at ?? Infinity)) / 1000;
    expect(over).toBeGreaterThan(1500);
    expect(firstInSec(deployed)).toBeGreaterThanOrEqual(over - 10);
    expect(reasonsOf(deployed)).toContain("suspended");
    expect(Math.min(...deployed.columns.inService.filter((_, row) => row < 25))).toBe(4);
  });

  it("a refresh at the peak takes one of four away at a time; one that launches first is not felt", () => {
    const usual = run("refresh-at-peak");
    // 11.5 a second of 3 s want 34.5 slots; three instances have 30.
    expect(Math.min(...usual.columns.inService)).toBe(3);
    expect(usual.summary.latencyMs.p99).toBeGreaterThan(60_000);
    expect(usual.summary.objective.held).toBe(false);
    const cured = run("refresh-at-peak-cured");
    expect(Math.min(...cured.columns.inService)).toBe(4);
    expect(cured.summary.latencyMs.p99).toBeLessThan(5_000);
    for (const { instances } of [usual, cured]) {
      expect(instances.filter(({ endCause }) => endCause === "deployment").map(({ number }) => number)).toEqual([0, 1, 2, 3]);
    }
    expectCured("refresh-at-peak", ({ summary }) => summary.latencyMs.p99);
  });
});

describe("visibility", () => {
  it("shorter than the work kills one message in five, though no job fails", () => {
    const { messages } = run("visibility-too-short").summary;
    // Deleted 0.22 s after its end: a receive, the linger and the delete. Lognormal, median 20 s, 95th percentile 45 s.
    const spread = Math.log(45 / 20) / 1.6449;
    const late = 1 - normalDistribution(Math.log(29.78 / 20) / spread);
    expect(late).toBeCloseTo(0.21, 2);
    expectBinomial(messages.dead, messages.dead + messages.deleted, late);
    expect(messages.failedJobs).toBe(0);
    expectCured("visibility-too-short", dead);
    expect(run("visibility-too-short-cured").summary.messages).toMatchObject({ dead: 0, duplicateJobs: 0 });
  });

  it("runs out in the buffer for the last five of ten", () => {
    const { messages } = run("prefetch", 1, (scenario) => inFullBatches(scenario, 5.5)).summary;
    expect(messages.dead / (messages.dead + messages.deleted)).toBeCloseTo(0.5, 1);
    expect(messages.failedJobs).toBe(0);
    expect(dead(run("prefetch"))).toBeGreaterThan(0);
    expect(run("prefetch-cured").summary.messages.dead).toBe(0);
    expectCured("prefetch", dead);
  });

  it("extended without end holds the message of a job that hangs", () => {
    expect(worstAge(run("endless-heartbeat"))).toBeGreaterThan(4 * 3_600_000);
    expect(dead(run("endless-heartbeat"))).toBe(0);
    // Three receives of ten minutes and the last minute of each.
    expect(worstAge(run("endless-heartbeat-cured"))).toBeLessThan(3 * 11 * 60_000 + 60_000);
    expect(dead(run("endless-heartbeat-cured"))).toBeGreaterThan(0);
    expectCured("endless-heartbeat", worstAge);
  });

  it("of five hours is how long a crash hides what it took", () => {
    expect(run("long-visibility").summary.latencyMs.max).toBeGreaterThan(18_000_000);
    expect(run("long-visibility").summary.terminations).toBe(run("long-visibility-cured").summary.terminations);
    expect(run("long-visibility-cured").summary.latencyMs.max).toBeLessThan(600_000);
    expectCured("long-visibility", ({ summary }) => summary.latencyMs.max);
  });

  it("ends after twelve hours: a job of thirteen is never done", () => {
    const { messages } = run("thirteen-hour-job").summary;
    expect(messages.deleted).toBe(0);
    expect(messages.duplicateJobs).toBeGreaterThan(0);
    expect(messages.dead).toBeGreaterThan(0);
    const parts = run("thirteen-hour-job-cured").summary.messages;
    expect(parts.deleted).toBeGreaterThanOrEqual(parts.sent - 4);
    expect(parts.duplicateJobs).toBe(0);
  });
});

describe("failures", () => {
  it("a poison pill leaves the age metric, and stays", () => {
    const { messages, ageOfOldestMs } = run("poison-pill").summary;
    const pills = messages.visible + messages.inFlight;
    expectBinomial(pills, messages.sent, 0.005);
    // The first came hours ago; the metric has forgotten it after three receives, a minute apart.
    expect(ageOfOldestMs.max).toBeLessThan(4 * 60_000);
    expect(messages.failedJobs).toBeGreaterThan(0.7 * pills * 120);
    const cured = run("poison-pill-cured").summary.messages;
    expect(Math.round(cured.failedJobs / cured.dead)).toBe(4);
    expectCured("poison-pill", ({ summary }) => summary.messages.failedJobs);
    expectCured("poison-pill", ({ summary }) => summary.busyShare);
  });

  it("retries during an outage knock at a dead door and end as dead letters; a circuit breaker waits", () => {
    const refused = ({ summary }: Result) => summary.workload?.downstream?.refused ?? NaN;
    // Five attempts for most of what arrives in the half hour.
    expect(refused(run("retries-blow-up"))).toBeGreaterThan(0.8 * 3 * 1800 * 5);
    expect(dead(run("retries-blow-up"))).toBeGreaterThan(0.8 * 3 * 1800);
    expect(dead(run("retries-blow-up-cured"))).toBe(0);
    expectCured("retries-blow-up", refused);
  });

  it("dead letters move at the next receive and not before", () => {
    const result = run("dead-letters-wait");
    for (let sec = 120; sec <= 3600; sec += 60) expect(at(result, "backlog", sec), `${sec} s`).toBe(20);
    expect(at(result, "backlog", 3840)).toBe(0);
    expect(result.summary.messages).toMatchObject({ dead: 20, failedJobs: 20, received: 20 });
  });

  it("lost answers kill two messages in a hundred that may be received once", () => {
    const { messages } = run("phantom-receives").summary;
    expectBinomial(messages.dead, messages.sent, 0.02);
    expect(messages.failedJobs).toBe(0);
    expect(0.02 ** 5).toBeCloseTo(3.2e-9, 10);
    expect(dead(run("phantom-receives-cured"))).toBe(0);
    expectCured("phantom-receives", dead);
  });
});

describe("who is stopped", () => {
  it("a busy task that is stopped costs its message five hours", () => {
    expect(killed(run("busy-task-stopped"))).toBeGreaterThan(0);
    expect(run("busy-task-stopped").summary.latencyMs.max).toBeGreaterThan(18_000_000);
    expect(killed(run("busy-task-stopped-cured"))).toBe(0);
    expectCured("busy-task-stopped", ({ summary }) => summary.latencyMs.p95);
  });

  it("visible messages alone take away instances because they work", () => {
    expect(killed(run("visible-only-cured"))).toBe(0);
    expectCured("visible-only", killed);
    expectCured("visible-only", ({ summary }) => summary.messages.received);
  });

  it("a scaler that counts visible messages only never finishes a long job", () => {
    expect(run("keda-visible-only").summary.messages.deleted).toBe(0);
    expect(killed(run("keda-visible-only"))).toBeGreaterThan(5);
    const { deleted, sent } = run("keda-visible-only-cured").summary.messages;
    expect(deleted).toBe(sent);
  });

  it("two minutes of notice are not enough for ten, and are for one", () => {
    const interrupted = ({ instances }: Result) => instances.filter(({ endCause }) => endCause === "spot-interruption").length;
    expect(interrupted(run("spot-notice"))).toBeGreaterThan(5);
    expect(killed(run("spot-notice"))).toBeGreaterThan(0.5 * interrupted(run("spot-notice")));
    expect(killed(run("spot-notice-cured"))).toBe(0);
    expectCured("spot-notice", killed);
  });

  it("a hook of five minutes ends jobs of ten; one with heartbeats waits", () => {
    expect(killed(run("hook-too-short"))).toBeGreaterThan(0);
    expect(killed(run("hook-too-short-cured"))).toBe(0);
    expectCured("hook-too-short", killed);
    expectCured("hook-too-short", ({ summary }) => summary.messages.received);
  });

  it("a group of protected instances cannot shrink", () => {
    const result = run("all-protected");
    expect(result.refusals.some(({ cause }) => cause === "protected")).toBe(true);
    expect(result.columns.desired.at(-1)).toBe(1);
    expect(result.columns.inService.at(-1)).toBe(6);
    expect(run("all-protected-cured").columns.inService.at(-1)).toBe(1);
    expectCured("all-protected", ({ summary }) => summary.cost.perMonthUsd);
  });

  it("without capacity desired and actual part, and only a second zone helps", () => {
    const result = run("no-capacity");
    expect(result.refusals.length).toBeGreaterThan(10);
    expect(result.refusals.every(({ cause }) => cause === "no-capacity")).toBe(true);
    for (let sec = 2400; sec <= 5640; sec += 60)
      expect(at(result, "desired", sec) - at(result, "inService", sec), `${sec} s`).toBeGreaterThan(0);
    expectCured("no-capacity", worstAge);
  });
});

describe("queues shared", () => {
  it("a hot group is served one after the other, however many instances stand by", () => {
    const { summary } = run("hot-group");
    // The others' 0.4 a second, and 1 over a job with its receive and its delete, 10 ms each.
    expect(summary.messages.deleted / 7200).toBeCloseTo(0.4 + 1 / 1.02, 1);
    expect(summary.inService.max).toBe(6);
    expect(summary.busyShare).toBeLessThan(0.1);
    expect(run("hot-group-cured").summary.busyShare).toBeCloseTo(2 / 4, 1);
    expectCured("hot-group", worstAge);
  });

  it("quiet tenants wait behind a noisy one, but not in a fair queue", () => {
    expect(run("noisy-tenant").summary.objective.held).toBe(false);
    expect(run("noisy-tenant-cured").summary.objective.held).toBe(true);
    expectCured("noisy-tenant", ({ summary }) => summary.objective.measuredMs);
  });

  it("ten idle workers that do not wait ask 26 million times a month each; with long polls 130,000 times", () => {
    const perMonth = (id: string) => (run(id).summary.requests.receive / 10) * ((30.4 * 86_400) / 1200);
    expect(perMonth("empty-receives")).toBeGreaterThan(25e6);
    expect(perMonth("empty-receives")).toBeLessThan(27e6);
    expect(perMonth("empty-receives-cured")).toBeLessThan(180_000);
    expectCured("empty-receives", ({ summary }) => summary.cost.perMonthUsd);
  });
});

describe("a Lambda function", () => {
  it("that has less concurrency than its mapping reads lets messages die that nobody ever worked", () => {
    const { summary, refusals } = run("lambda-throttled");
    expect(summary.messages.failedJobs).toBe(0);
    expect(summary.messages.dead).toBeGreaterThan(50);
    expect(new Set(refusals.map(({ cause }) => cause))).toEqual(new Set(["concurrency"]));
    expect(summary.inService.max).toBe(20);
    const cured = run("lambda-throttled-cured");
    expect(cured.summary.messages).toMatchObject({ dead: 0, duplicateJobs: 0 });
    expect(cured.summary.messages.received).toBe(cured.summary.messages.sent);
    expect(cured.refusals).toEqual([]);
    expectCured("lambda-throttled", ({ summary: { messages } }) => messages.dead);
  });
});
