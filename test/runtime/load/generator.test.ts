import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LoadGenerator } from "../../../runtime/local/load/generator.ts";
import { loadReport, loadReportText } from "../../../runtime/local/load/report.ts";
import { Tally } from "../../../runtime/local/load/tally.ts";
import type { LoadMessage, LoadTarget } from "../../../runtime/local/load/target.ts";
import { pause } from "../../../runtime/pause.ts";
import { readScenario, TrafficPlan, type PlannedMessage, type ScenarioInput } from "../../../sim/index.ts";
import { SteppedClock } from "../../support/stepped-clock.ts";

/** A target that answers each message after a time of its own. */
class FakeTarget implements LoadTarget {
  readonly taken: { readonly message: LoadMessage; readonly at: number }[] = [];
  private readonly clock: SteppedClock;
  private readonly answer: (message: LoadMessage) => { readonly afterMs: number; readonly code?: string };

  constructor(clock: SteppedClock, answer: FakeTarget["answer"] = () => ({ afterMs: 10 })) {
    this.clock = clock;
    this.answer = answer;
  }

  async send(message: LoadMessage): Promise<string> {
    this.taken.push({ message, at: this.clock.now() });
    const { afterMs, code = "ok" } = this.answer(message);
    await pause(this.clock, afterMs);
    return code;
  }

  close(): void {
    // Nothing is open.
  }
}

function planOf(traffic: NonNullable<ScenarioInput["traffic"]>, endMs: number, seed = 1): TrafficPlan {
  const read = readScenario({ version: 1, name: "Load", traffic });
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  return new TrafficPlan(read.scenario, seed, endMs);
}

function started(plan: Pick<TrafficPlan, "next" | "question" | "users">, answer?: ConstructorParameters<typeof FakeTarget>[1]) {
  const clock = new SteppedClock();
  const target = new FakeTarget(clock, answer);
  const tally = new Tally();
  const end = new AbortController();
  const run = new LoadGenerator({ plan, target, clock, tally }).run(end.signal);
  return { clock, target, tally, run, stop: () => end.abort() };
}

describe("open-loop load", () => {
  it("sends every message of the plan at its time, whatever the answers take", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 1000 }), fc.nat(5000), async (seed, afterMs) => {
        const traffic = { kind: "poisson" as const, ratePerSec: 5 };
        const expected: PlannedMessage[] = [];
        const plan = planOf(traffic, 20_000, seed);
        for (let next = plan.next(); next !== undefined; next = plan.next()) expected.push(next);
        const { clock, target, tally, run } = started(planOf(traffic, 20_000, seed), () => ({ afterMs }));
        await clock.pass(40_000);
        await run;
        expect(target.taken.map(({ at }) => at)).toEqual(expected.map(({ at }) => at));
        expect(target.taken.map(({ message: { number } }) => number)).toEqual(expected.map((_, index) => index));
        expect(tally).toMatchObject({ due: expected.length, sent: expected.length, taken: expected.length, gaveUp: 0 });
      }),
      { numRuns: 20 },
    );
  });

  it("counts latency from the time at which a message was due, not from when it could be sent", () => {
    const tally = new Tally();
    // Due each 100 ms; the generator was held up for a second, and then each call took 1 ms.
    for (let index = 0; index < 10; index += 1) {
      tally.sending(index * 100, 1000);
      tally.answered("ok", { dueAt: index * 100, sentAt: 1000, now: 1001 });
    }
    const { latencyMs, callMs, behindMs } = loadReport(tally, "jobs", 1000);
    expect(callMs).toMatchObject({ mean: 1, max: 1 });
    expect(latencyMs).toMatchObject({ mean: 551, max: 1001 });
    expect(behindMs).toMatchObject({ mean: 550, max: 1000 });
  });

  it("counts errors by their code, and does not take their speed for the service's", async () => {
    const { clock, tally, run } = started(planOf({ kind: "timestamps", atSec: [0, 1, 2, 3] }, 5000), ({ number }) =>
      number < 3 ? { afterMs: 0, code: number === 0 ? "HTTP 503" : "OverLimit" } : { afterMs: 50 },
    );
    await clock.pass(20_000);
    await run;
    const report = loadReport(tally, "jobs", 5000);
    expect(report).toMatchObject({ due: 4, taken: 1, failed: { OverLimit: 2, "HTTP 503": 1 }, unanswered: 0 });
    expect(report.latencyMs.p50).toBe(50);
    expect(loadReportText(report)).toContain("2 × OverLimit");
  });

  it("when stopped sends nothing more, waits for the answers that are on their way, and says what never came", async () => {
    const { clock, target, tally, run, stop } = started(planOf({ kind: "renewal", ratePerSec: 1 }, 3_600_000), ({ number }) => ({
      afterMs: number === 2 ? 1_000_000 : 500,
    }));
    await clock.pass(5200);
    stop();
    const sent = target.taken.length;
    await clock.pass(10_000);
    await run;
    expect(target.taken).toHaveLength(sent);
    expect(tally.taken).toBe(sent - 1);
    expect(loadReport(tally, "jobs", 5200)).toMatchObject({ sent, unanswered: 1 });
    expect(loadReportText(loadReport(tally, "jobs", 5200))).toContain("1 still unanswered at the end");
  });

  it("tells when it is the generator that cannot keep up", () => {
    const tally = new Tally();
    tally.sending(0, 400);
    tally.answered("ok", { dueAt: 0, sentAt: 400, now: 401 });
    expect(loadReportText(loadReport(tally, "jobs", 1000))).toContain("could not keep to its schedule");
  });
});

describe("closed-loop load", () => {
  it("comes user by user; each asks, waits for the answer, thinks, and asks again", async () => {
    const traffic = { kind: "users" as const, users: 3, spawnPerSec: 1, thinkTime: { kind: "constant" as const, sec: 4 } };
    const { clock, target, tally, run } = started(planOf(traffic, 14_000), () => ({ afterMs: 1000 }));
    await clock.pass(30_000);
    await run;
    expect(target.taken.map(({ at }) => at)).toEqual([0, 1000, 2000, 5000, 6000, 7000, 10_000, 11_000, 12_000]);
    expect(tally).toMatchObject({ due: 9, taken: 9, gaveUp: 0 });
    expect(loadReport(tally, "api", 14_000).latencyMs.max).toBe(1000);
  });

  it("gives up when its patience ends, and goes on", async () => {
    const traffic = { kind: "users" as const, users: 1, patienceSec: 2, thinkTime: { kind: "constant" as const, sec: 1 } };
    const { clock, target, tally, run } = started(planOf(traffic, 9000), ({ number }) => ({ afterMs: number === 0 ? 8000 : 100 }));
    await clock.pass(30_000);
    await run;
    expect(target.taken.map(({ at }) => at)).toEqual([0, 3000, 4100, 5200, 6300, 7400, 8500]);
    expect(tally).toMatchObject({ due: 7, taken: 6, gaveUp: 1 });
    expect(loadReport(tally, "api", 9000).unanswered).toBe(0);
  });

  it("ends at once when it is stopped while users think and wait", async () => {
    const traffic = { kind: "users" as const, users: 20, spawnPerSec: 100, thinkTime: { kind: "constant" as const, sec: 60 } };
    const { clock, tally, run, stop } = started(planOf(traffic, 3_600_000), ({ number }) => ({ afterMs: number % 2 === 0 ? 100 : 4000 }));
    await clock.pass(2000);
    stop();
    await clock.pass(3000);
    await run;
    expect(tally).toMatchObject({ due: 20, taken: 20, gaveUp: 0 });
  });
});
