import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { outcomeOf, verdict, type Outcome } from "../../../sim/measure/verdict.ts";
import { madeResult, type Made } from "./made-result.ts";

const MINUTE = 60_000;
const DAILY = { kind: "daily", baseRatePerSec: 2, peakRatePerSec: 50 };
const OBJECTIVE = { measure: "age", percentile: 99, limitSec: 300 };

/** An hour in which the wait begins at minute 30 and the oldest message is 400 s old at minute 40; then it is over. */
function lateHour({ scenario, columns, summary, messages, ...rest }: Made): Made {
  const minutes = Array.from({ length: 61 }, (_, minute) => minute);
  return {
    scenario: { traffic: DAILY, objective: OBJECTIVE, ...scenario },
    columns: {
      ageOfOldestMs: minutes.map((minute) => (minute > 30 && minute <= 40 ? (minute - 30) * 40_000 : 500)),
      backlog: minutes.map((minute) => (minute > 30 && minute <= 40 ? 1000 : 0)),
      inService: minutes.map(() => 2),
      desired: minutes.map(() => 2),
      arrivalRatePerSec: minutes.map(() => 2),
      ...columns,
    },
    summary: { objective: { held: false, measuredMs: 380_000, limitMs: 300_000 }, ...summary },
    messages: { sent: 7200, deleted: 7200, ...messages },
    ...rest,
  };
}

const from = (minute: number, value: number, before: number) => Array.from({ length: 61 }, (_, at) => (at >= minute ? value : before));

describe("the verdict", () => {
  it("holds: limit, percentile, money and instances", () => {
    const made = madeResult({
      scenario: { objective: OBJECTIVE },
      columns: { ageOfOldestMs: [41_000], inService: [9] },
      summary: { inService: { mean: 4, max: 9 } },
      messages: { sent: 10 },
    });
    expect(verdict(made)).toEqual({
      held: true,
      sentence: "Holds: the oldest message stays under 5 min (p99 41 s), for about $412 / month, with 9 of 10 instances at the peak.",
    });
  });

  it("holds, but not always: says how often and the worst", () => {
    const made = madeResult({
      scenario: { objective: OBJECTIVE },
      columns: { ageOfOldestMs: [600_000], inService: [1] },
      summary: { objective: { held: true, measuredMs: 41_000, limitMs: 300_000 } },
      messages: { sent: 10, dead: 1, expired: 2 },
    });
    expect(verdict(made).sentence).toBe(
      "Holds: the oldest message stays under 5 min 99 % of the time (p99 41 s, at worst 10 min), for about $412 / month, with 1 of 10 instances at the peak; " +
        "1 message went to the dead-letter queue and 2 messages expired after 4 d.",
    );
  });

  it("holds for latency", () => {
    const made = madeResult({
      scenario: { objective: { measure: "latency", percentile: 95, limitSec: 2 } },
      summary: {
        objective: { held: true, measuredMs: 1200, limitMs: 2000 },
        latencyMs: { mean: 800, p50: 700, p95: 1200, p99: 1500, max: 9000 },
      },
      messages: { sent: 10 },
    });
    expect(verdict(made).sentence).toMatch(/^Holds: 95 % of the messages are done within 2 s \(p95 1.2 s, at worst 9 s\), for about /);
  });

  describe("over several runs", () => {
    const runs = (...changes: Partial<Outcome>[]) => changes.map((change) => ({ ...outcomeOf(madeResult({})), held: true, ...change }));

    it("tells means with their intervals, and leaves out an interval of nothing", () => {
      const made = madeResult({ scenario: { objective: OBJECTIVE }, messages: { sent: 10 } });
      const five = runs(
        ...[39, 40, 41, 42, 43].map((sec) => ({ measuredMs: sec * 1000, worstMs: 60_000, costPerMonthUsd: 86.7, peakInstances: 9 })),
      );
      expect(verdict(made, five)).toEqual({
        held: true,
        sentence:
          "Holds: the oldest message stays under 5 min (p99 41 s ± 2 s), for about $86.70 / month, with 9 of 10 instances at the peak.",
      });
    });

    it("says in how many it holds, and what the limit is", () => {
      const made = madeResult({ scenario: { objective: OBJECTIVE }, messages: { sent: 10 } });
      const { held, sentence } = verdict(
        made,
        runs({ measuredMs: 299_000 }, { measuredMs: 299_000 }, { measuredMs: 302_000, held: false }),
      );
      expect(held).toBe(false);
      expect(sentence).toMatch(/^Holds in 2 of 3 runs: p99 age is 5 min ± \d.+, the limit is 5 min; for about /);
    });

    it("says of the run shown what only one run can show: the moment and the cause", () => {
      const made = lateHour({});
      const missed = { held: false, measuredMs: 380_000, worstMs: 400_000 };
      expect(verdict(madeResult(made), runs(missed, { ...missed, dead: 3, worstMs: 420_000 })).sentence).toMatch(
        /^Misses: messages wait up to 6 min 50 s ± 2 min 10 s \(p99 6 min 20 s; the limit is 5 min\); on average 1.5 messages went to the dead-letter queue; in the run shown at 00:40, because the policy asked for no more than 2 of 10 instances\.$/,
      );
    });
  });

  it("holds where nothing came", () => {
    expect(verdict(madeResult({ summary: { objective: { held: true, measuredMs: NaN, limitMs: 60_000 } } }))).toEqual({
      held: true,
      sentence: "Holds: no message arrived.",
    });
  });

  it("cannot hold where the mean load alone wants more slots than there are", () => {
    const made = madeResult({
      scenario: { work: { serviceTime: { kind: "exponential", meanSec: 3 } }, fleet: { max: 10 }, worker: { slots: 4 } },
      columns: { ageOfOldestMs: [100_000] },
      messages: { sent: 60 * 3600 },
    });
    expect(verdict(made)).toEqual({
      held: false,
      sentence: "Cannot hold: 60 messages/s of 3 s need 180 slots; the maximum is 40.",
    });
  });

  it("misses because the load was beyond the maximum for a while", () => {
    const made = lateHour({ columns: { arrivalRatePerSec: from(31, 200, 2) } });
    expect(verdict(madeResult(made)).sentence).toBe(
      "Misses: messages wait up to 6 min 40 s at 00:40 (p99 6 min 20 s; the limit is 5 min), because from 00:30 on 200 messages/s of 500 ms need 100 slots; the maximum is 40.",
    );
  });

  it("misses because instances came late, and says how much of that was the decision", () => {
    const made = lateHour({ columns: { desired: from(34, 8, 2), inService: from(36, 8, 2) } });
    expect(verdict(madeResult(made)).sentence).toMatch(
      /, because the first new instance came into service 6 min after the wait began \(the decision for it took 4 min\)\.$/,
    );
  });

  it("misses because instances had not come yet", () => {
    const made = lateHour({ columns: { desired: from(38, 8, 2) } });
    expect(verdict(madeResult(made)).sentence).toMatch(
      /, because no new instance was in service yet, 10 min after the wait began \(the decision for one took 8 min\)\.$/,
    );
  });

  it("misses because the policy asked for no more", () => {
    expect(verdict(madeResult(lateHour({}))).sentence).toMatch(/, because the policy asked for no more than 2 of 10 instances\.$/);
  });

  it.each([
    ["deployment", "had to be replaced by new ones meanwhile"],
    ["zone-outage", "went with a zone"],
    ["spot-interruption", "went back to Spot"],
  ] as const)("misses because instances were lost: %s", (endCause, words) => {
    const lost = (number: number, minute: number) => ({
      number,
      purchase: "on-demand" as const,
      zone: 0,
      cause: "initial" as const,
      endCause,
      killed: true,
      stages: [{ stage: "terminated" as const, at: minute * MINUTE }],
    });
    const sentenceOf = (minutes: readonly number[], inService = 4) =>
      verdict(
        madeResult({
          ...lateHour({ columns: { inService: from(0, inService, inService) } }),
          instances: minutes.map((minute, number) => lost(number, minute)),
        }),
      ).sentence;
    expect(sentenceOf([28, 35])).toMatch(new RegExp(`, because 2 instances ${words}\\.$`));
    // Long before, after the worst, or hardly a part of the fleet.
    expect(sentenceOf([10, 45])).toMatch(/, because the policy asked for no more/);
    expect(sentenceOf([30], 11)).not.toContain(words);
  });

  it("misses because the policy took instances away", () => {
    const made = lateHour({ columns: { desired: from(33, 2, 6), inService: from(34, 2, 6) } });
    expect(verdict(madeResult(made)).sentence).toMatch(/, because the policy went from 6 to 2 instances 3 min after the wait began\.$/);
  });

  it("misses with every instance in service", () => {
    const made = lateHour({ columns: { inService: from(0, 10, 10), desired: from(0, 10, 10) } });
    expect(verdict(madeResult(made)).sentence).toMatch(/, because the maximum of 10 instances was in service already\.$/);
  });

  it("misses with few messages visible: tells what kept messages hidden", () => {
    const made = lateHour({
      columns: { backlog: from(0, 0, 0) },
      scenario: { queue: { visibilityTimeoutSec: 400 } },
      messages: { failedJobs: 3, duplicateJobs: 38 },
    });
    expect(verdict(madeResult(made)).sentence).toMatch(
      /, though no message was visible then: 3 attempts failed, and a message stays hidden for 6 min 40 s after that; 38 jobs outlived the visibility timeout of 6 min 40 s and ran again\.$/,
    );
  });

  it("names no cause where the figures prove none", () => {
    const made = lateHour({ columns: { backlog: from(0, 1, 1) } });
    expect(verdict(madeResult(made)).sentence).toBe(
      "Misses: messages wait up to 6 min 40 s at 00:40 (p99 6 min 20 s; the limit is 5 min), though only 1 message was visible then.",
    );
  });

  it.each<[string, object, string]>([
    ["hours of the day for daily traffic", DAILY, "at 00:40"],
    ["time elapsed for steady traffic", { kind: "poisson", ratePerSec: 2 }, "after 40 min"],
    [
      "the clock for a recording",
      { kind: "counts", intervalSec: 60, counts: [1], startsAt: "2014-04-10T08:32:00Z" },
      "on 2014-04-10 at 09:12",
    ],
  ])("tells the time as %s", (_, traffic, words) => {
    expect(verdict(madeResult(lateHour({ scenario: { traffic } }))).sentence).toContain(`wait up to 6 min 40 s ${words} (`);
  });

  it("counts days of longer runs", () => {
    const made = lateHour({ columns: { timeMs: Array.from({ length: 61 }, (_, minute) => 2 * 24 * 60 * MINUTE + minute * MINUTE) } });
    expect(verdict(madeResult(made)).sentence).toContain("on day 3 at 00:40");
  });

  it("is one sentence without a hole, whatever the figures", () => {
    const figure = fc.oneof(fc.double({ min: 0, max: 1e9, noNaN: true }), fc.constant(NaN), fc.constant(0));
    const column = fc.array(fc.nat(1e6), { minLength: 61, maxLength: 61 });
    const made = fc.record({
      columns: fc.record({ ageOfOldestMs: column, backlog: column, inService: column, desired: column, arrivalRatePerSec: column }),
      summary: fc.record({ objective: fc.record({ held: fc.boolean(), measuredMs: figure, limitMs: figure }) }),
      messages: fc.record({ sent: fc.nat(), dead: fc.nat(), expired: fc.nat(), failedJobs: fc.nat(), duplicateJobs: fc.nat() }),
    });
    fc.assert(
      fc.property(made, (figures) => {
        const { held, sentence } = verdict(madeResult(figures));
        expect(held).toBe(figures.summary.objective.held);
        expect(sentence).toMatch(/^(Holds|Misses|Cannot hold): .+[^.]\.$/);
        expect(sentence).not.toMatch(/undefined|NaN|null|Infinity/);
      }),
    );
  });
});
