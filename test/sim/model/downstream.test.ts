import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { durationSampler } from "../../../sim/kernel/distributions.ts";
import { RandomStream } from "../../../sim/kernel/random.ts";
import { TickCalendar } from "../../../sim/kernel/tick-calendar.ts";
import { Downstream, type DownstreamSettings, type DownstreamWindow } from "../../../sim/model/downstream.ts";
import { NONE } from "../../../sim/model/message-store.ts";

const SERVED = 1;
const TIMED_OUT = 2;
const CALLS = 3;

class DownstreamWorld {
  readonly told: string[] = [];
  readonly callOf = new Map<number, number>();
  readonly downstream: Downstream;
  private readonly calendar = new TickCalendar();

  constructor(settings: Partial<DownstreamSettings> = {}, latencySec = 1) {
    this.downstream = new Downstream({
      calendar: this.calendar,
      settings: { places: 2, timeoutMs: 5000, failureProbability: 0, windows: [], ...settings },
      latency: durationSampler({ kind: "constant", sec: latencySec }, new RandomStream(1, "latency")),
      faults: new RandomStream(1, "faults"),
      events: { serviceEnded: SERVED, patienceEnded: TIMED_OUT },
      answered: (job, hasSucceeded, now) => {
        this.callOf.delete(job);
        this.told.push(`${String(now)}: ${String(job)} ${hasSucceeded ? "ok" : "failed"}`);
      },
    });
  }

  callAt(at: number, job: number): void {
    this.calendar.schedule(at, CALLS, job);
  }

  runTo(until: number): void {
    while (this.calendar.advance(until)) {
      const { kind, subject, now } = this.calendar;
      if (kind === SERVED) this.downstream.places.serviceEnded(subject, now);
      else if (kind === TIMED_OUT) this.downstream.places.patienceEnded(subject, now);
      else this.call(subject, now);
    }
  }

  private call(job: number, now: number): void {
    const call = this.downstream.call(job, now);
    if (call === NONE) this.told.push(`${String(now)}: ${String(job)} refused`);
    else this.callOf.set(job, call);
  }
}

const outage = (fromMs: number, toMs: number, hangs = false): DownstreamWindow => ({
  ...{ fromMs, toMs, isOutage: true, hangs },
  ...{ refusedProbability: 0, latencyFactor: 1 },
});

describe("a downstream", () => {
  it("serves as many calls at a time as it has places, whoever calls", () => {
    const world = new DownstreamWorld();
    for (const job of [1, 2, 3, 4, 5]) world.callAt(0, job);
    world.runTo(10_000);
    expect(world.told).toEqual(["1000: 1 ok", "1000: 2 ok", "2000: 3 ok", "2000: 4 ok", "3000: 5 ok"]);
    expect(world.downstream.places.mostWaiting).toBe(3);
  });

  it("fails a call that has waited too long, in line or in its place", () => {
    const world = new DownstreamWorld({ places: 1, timeoutMs: 2500 }, 2);
    for (const job of [1, 2, 3]) world.callAt(0, job);
    world.runTo(20_000);
    expect(world.told).toEqual(["2000: 1 ok", "2500: 2 failed", "2500: 3 failed"]);
    expect(world.downstream).toMatchObject({ succeeded: 1, timedOut: 2 });
  });

  it("refuses calls at once in an outage, from its beginning up to its end, and finishes those under way", () => {
    const world = new DownstreamWorld({ windows: [outage(1000, 2000)] });
    for (const [job, at] of [500, 999, 1000, 1999, 2000].entries()) world.callAt(at, job);
    world.runTo(20_000);
    expect(world.told).toEqual(["1000: 2 refused", "1500: 0 ok", "1999: 3 refused", "1999: 1 ok", "3000: 4 ok"]);
  });

  it("lets calls run into their timeout in an outage that hangs, each in a place of its own", () => {
    const world = new DownstreamWorld({ windows: [outage(0, 1000, true)] });
    for (const job of [1, 2]) world.callAt(0, job);
    world.callAt(2000, 3);
    world.runTo(20_000);
    expect(world.told).toEqual(["5000: 1 failed", "5000: 2 failed", "6000: 3 ok"]);
  });

  it("slows down, and refuses a share, as its windows say", () => {
    const base = { isOutage: false, hangs: false, refusedProbability: 0, latencyFactor: 1 };
    const windows = [
      { ...base, fromMs: 0, toMs: 1000, latencyFactor: 3 },
      { ...base, fromMs: 500, toMs: 1000, latencyFactor: 2 },
      { ...base, fromMs: 10_000, toMs: 20_000, refusedProbability: 0.25 },
    ];
    const world = new DownstreamWorld({ windows, places: 100_000 });
    world.callAt(600, 1);
    world.callAt(1000, 2);
    world.runTo(9000);
    expect(world.told).toEqual(["2000: 2 ok", "3600: 1 ok"]);
    for (let job = 0; job < 10_000; job += 1) world.callAt(10_000 + job, job);
    world.runTo(50_000);
    // Standard deviation of 10,000 draws with a chance of a quarter: 43.
    expect(Math.abs(world.downstream.refused - 2500)).toBeLessThan(200);
  });

  it("forgets a caller that is gone: no answer, but its place works on", () => {
    const world = new DownstreamWorld({ places: 1 });
    for (const job of [1, 2, 3]) world.callAt(0, job);
    world.runTo(500);
    for (const job of [1, 2]) world.downstream.callerGone(world.callOf.get(job)!);
    world.runTo(20_000);
    expect(world.told).toEqual(["2000: 3 ok"]);
    expect(world.downstream).toMatchObject({ calls: 3, succeeded: 1, abandoned: 2 });
  });

  it("loses no call and answers none twice, whatever happens", () => {
    const step = fc.record({ at: fc.nat(5000), job: fc.nat(300), goesAt: fc.option(fc.nat(6000), { nil: undefined }) });
    const window = fc.tuple(fc.nat(5000), fc.nat(2000), fc.boolean()).map(([from, length, hangs]) => outage(from, from + length, hangs));
    fc.assert(
      fc.property(
        fc.uniqueArray(step, { selector: ({ job }) => job, maxLength: 150 }),
        fc.array(window, { maxLength: 3 }),
        (steps, windows) => {
          const world = new DownstreamWorld({ windows, timeoutMs: 300, failureProbability: 0.2 }, 0.1);
          for (const { at, job } of steps) world.callAt(at, job);
          for (let now = 0; now < 10_000; now += 50) {
            world.runTo(now);
            for (const { job, goesAt } of steps) {
              const call = world.callOf.get(job);
              if (goesAt === undefined || goesAt > now || call === undefined) continue;
              world.downstream.callerGone(call);
              world.callOf.delete(job);
            }
            const { calls, succeeded, failed, refused, timedOut, abandoned, places } = world.downstream;
            expect(succeeded + failed + refused + timedOut + abandoned + places.present).toBe(calls);
          }
          const answers = world.told.map((line) => line.split(" ")[1]);
          expect(new Set(answers).size).toBe(answers.length);
          expect(answers.length + world.downstream.abandoned).toBe(steps.length);
        },
      ),
    );
  });
});
