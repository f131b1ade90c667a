import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Clock } from "../../../runtime/clock.ts";
import { pause } from "../../../runtime/pause.ts";
import { Lease } from "../../../runtime/scaler/lease.ts";
import { SteppedClock, settled } from "../../support/stepped-clock.ts";

/** What stands on the group. Each call takes a while, half of it before it takes effect; some fail, before or after that. */
class Tag {
  value: string | undefined;
  private readonly clock: Clock;
  private readonly call: () => { readonly latencyMs: number; readonly fails: "before" | "after" | undefined };

  constructor(clock: Clock, call: Tag["call"] = () => ({ latencyMs: 0, fails: undefined })) {
    this.clock = clock;
    this.call = call;
  }

  read = (): Promise<string | undefined> => this.take(() => this.value);
  write = async (value: string): Promise<void> => {
    await this.take(() => (this.value = value));
  };

  private async take<T>(act: () => T): Promise<T> {
    const { latencyMs, fails } = this.call();
    await pause(this.clock, latencyMs / 2);
    if (fails === "before") throw new Error("Throttling");
    const result = act();
    await pause(this.clock, latencyMs / 2);
    if (fails === "after") throw new Error("timed out");
    return result;
  }
}

/** One scaler's lease. A crash stops it for good without a word; what it has under way may still take effect. */
class Holder {
  readonly lease: Lease;
  /** Whether its calls do not get through. */
  isCutOff = false;
  private hasCrashed = false;
  private readonly end = new AbortController();

  constructor(owner: string, clock: Clock, tag: Tag) {
    const alive = <T>(value: T): T | Promise<never> => (this.hasCrashed ? new Promise<never>(() => undefined) : value);
    const through = () => (this.isCutOff ? Promise.reject(new Error("ECONNREFUSED")) : Promise.resolve());
    this.lease = new Lease({
      owner,
      clock,
      read: () => through().then(async () => alive(await tag.read())),
      write: (value) =>
        through().then(async () => {
          await tag.write(value);
          await alive(undefined);
        }),
      changed: () => undefined,
      failed: () => undefined,
    });
    void this.lease.run(this.end.signal);
  }

  get acts(): boolean {
    return this.lease.isHeld && !this.hasCrashed;
  }

  crash(): void {
    this.hasCrashed = true;
  }

  stop(): void {
    this.end.abort();
  }
}

describe("the lease", () => {
  it("is taken by the only scaler after the time to settle", async () => {
    const clock = new SteppedClock();
    const holder = new Holder("a", clock, new Tag(clock));
    await clock.pass(9999);
    expect(holder.acts).toBe(false);
    await clock.pass(1);
    expect(holder.acts).toBe(true);
    await clock.pass(3_600_000);
    expect(holder.acts).toBe(true);
    holder.stop();
    await settled();
  });

  it("is left alone by a second scaler as long as the first is there, and taken after its end or its crash", async () => {
    const clock = new SteppedClock();
    const tag = new Tag(clock);
    const first = new Holder("a", clock, tag);
    await clock.pass(12_000);
    const second = new Holder("b", clock, tag);
    await clock.pass(600_000);
    expect([first.acts, second.acts]).toEqual([true, false]);
    first.stop();
    await clock.pass(25_000);
    expect([first.acts, second.acts]).toEqual([false, true]);
    const third = new Holder("c", clock, tag);
    await clock.pass(60_000);
    second.crash();
    await clock.pass(100_000);
    expect([second.acts, third.acts]).toEqual([false, true]);
    third.stop();
    await settled();
  });

  it("is taken at once when a look shows that it was given back", async () => {
    const clock = new SteppedClock();
    const tag = new Tag(clock);
    const [first, second] = [new Holder("a", clock, tag), new Holder("b", clock, tag)];
    await clock.pass(120_000);
    const [acting, standing] = first.acts ? [first, second] : [second, first];
    await clock.pass(1000);
    acting.stop();
    await clock.pass(1);
    expect(tag.value).toBe("free");
    standing.lease.seen(tag.value, clock.now());
    await clock.pass(10_000);
    expect(standing.acts).toBe(true);
    standing.stop();
    await settled();
  });

  it("ends by itself when it cannot be renewed, before anybody else can take it", async () => {
    const clock = new SteppedClock();
    let fails: "before" | undefined;
    const tag = new Tag(clock, () => ({ latencyMs: 0, fails }));
    const holder = new Holder("a", clock, tag);
    await clock.pass(20_000);
    expect(holder.acts).toBe(true);
    fails = "before";
    await clock.pass(45_000);
    expect(holder.acts).toBe(false);
    fails = undefined;
    await clock.pass(40_000);
    expect(holder.acts).toBe(true);
    holder.stop();
    await settled();
  });

  it("is lost at once to whom the group names, and to whoever removed it", async () => {
    const clock = new SteppedClock();
    const tag = new Tag(clock);
    const holder = new Holder("a", clock, tag);
    await clock.pass(20_000);
    holder.lease.seen("b 7", clock.now());
    expect(holder.acts).toBe(false);
    await clock.pass(30_000);
    expect(holder.acts).toBe(true);
    holder.lease.seen(undefined, clock.now());
    expect(holder.acts).toBe(false);
    holder.stop();
    await settled();
  });

  it("is never held by two at once, however calls are delayed, fail and do not get through, and whoever comes, ends and crashes", async () => {
    const step = fc.record({
      passMs: fc.oneof(fc.integer({ min: 0, max: 6000 }), fc.integer({ min: 0, max: 80_000 })),
      what: fc.constantFrom("come", "come", "stop", "crash", "cut", "cut", "mend"),
      who: fc.nat(3),
    });
    const call = fc.record({
      latencyMs: fc.nat(5000),
      fails: fc.constantFrom(undefined, undefined, undefined, undefined, "before", "after"),
    });
    const drawnCalls = fc.array(call, { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 15 }), drawnCalls, async (steps, drawn) => {
        const clock = new SteppedClock();
        let called = 0;
        const tag = new Tag(clock, () => {
          const { latencyMs, fails } = drawn[called++ % drawn.length]!;
          return { latencyMs, fails };
        });
        const holders = [new Holder("first", clock, tag)];
        const check = () => expect(holders.filter(({ acts }) => acts).length).toBeLessThanOrEqual(1);
        for (const { passMs, what, who } of steps) {
          const one = holders[who % holders.length]!;
          if (what === "come") holders.push(new Holder(`h${holders.length}`, clock, tag));
          else if (what === "stop") one.stop();
          else if (what === "crash") one.crash();
          else one.isCutOff = what === "cut";
          const until = clock.now() + passMs;
          while (clock.nextAt <= until) {
            await clock.step();
            check();
          }
          await clock.pass(until - clock.now());
          check();
        }
        for (const holder of holders) holder.stop();
        await clock.pass(60_000);
      }),
      { numRuns: 300, interruptAfterTimeLimit: 20_000 },
    );
  });
});
