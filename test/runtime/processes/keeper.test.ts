import fc from "fast-check";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { ProcessKeeper, type MemberEvents } from "../../../runtime/processes/keeper.ts";
import type { EndOrder } from "../../../runtime/processes/words.ts";
import { SteppedClock } from "../../support/stepped-clock.ts";

const SILENCE_MS = 5000;
const END_MS = 20_000;
const MAKE_ROOM_MS = 40_000;

/** A process that does only what the test says. */
class FakeProcess {
  readonly pid: number;
  readonly place: number;
  readonly orders: EndOrder[] = [];
  isThere = true;
  private readonly events: MemberEvents;

  constructor(pid: number, place: number, events: MemberEvents) {
    this.pid = pid;
    this.place = place;
    this.events = events;
  }

  order(order: EndOrder): void {
    this.orders.push(order);
  }

  kill(): void {
    this.ends(undefined);
  }

  says(type: "alive" | "worn"): void {
    this.events.said({ type });
  }

  begins(): void {
    this.events.said({ type: "begun", port: 8000 });
  }

  ends(exitCode: number | undefined): void {
    if (!this.isThere) return;
    this.isThere = false;
    this.events.ended(exitCode);
  }
}

class House {
  readonly clock = new SteppedClock();
  readonly started: FakeProcess[] = [];
  readonly ports: unknown[] = [];
  readonly keeper: ProcessKeeper;
  exitCode: number | undefined;

  constructor(count: number) {
    this.keeper = new ProcessKeeper({
      count,
      start: (place, events) => {
        const process = new FakeProcess(this.started.length, place, events);
        this.started.push(process);
        return process;
      },
      silenceLimitMs: SILENCE_MS,
      endLimitMs: END_MS,
      makeRoomLimitMs: MAKE_ROOM_MS,
      begun: (port) => this.ports.push(port),
      clock: this.clock,
      log: pino({ level: "silent" }),
      jitterSeed: 1,
    });
    this.keeper.begin();
    void this.keeper.ended.then((exitCode) => (this.exitCode = exitCode));
  }

  get there(): FakeProcess[] {
    return this.started.filter(({ isThere }) => isThere);
  }

  /** Time passes in which whoever is there says so. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 1000) {
      for (const process of this.there) process.says("alive");
      await this.clock.pass(Math.min(1000, left));
    }
  }
}

function begunHouse(count: number): House {
  const house = new House(count);
  for (const process of house.there) process.begins();
  return house;
}

describe("a keeper of processes", () => {
  it("starts one for each place, and tells once that there is one", () => {
    const house = begunHouse(3);
    expect(house.started.map(({ place }) => place)).toEqual([0, 1, 2]);
    expect(house.ports).toEqual([8000]);
    expect(house.keeper.working).toBe(3);
  });

  it("replaces one that ends unasked, at its place", async () => {
    const house = begunHouse(2);
    house.started[1]!.ends(1);
    expect(house.keeper.working).toBe(1);
    await house.pass(200);
    expect(house.there.map(({ place }) => place)).toEqual([0, 1]);
  });

  it("waits longer and longer for a place whose processes do not last, and little again for one that has lasted", async () => {
    const house = new House(1);
    const waitsMs: number[] = [];
    for (let failure = 0; failure < 12; failure += 1) {
      const endedAt = house.clock.now();
      house.there[0]!.ends(undefined);
      await house.clock.step();
      waitsMs.push(house.clock.now() - endedAt);
    }
    for (const [index, waitMs] of waitsMs.entries()) {
      const fullMs = Math.min(30_000, 200 * 2 ** index);
      expect(waitMs).toBeGreaterThanOrEqual(fullMs / 2);
      expect(waitMs).toBeLessThanOrEqual(fullMs);
    }
    house.there[0]!.begins();
    await house.pass(60_000);
    house.there[0]!.ends(1);
    await house.pass(200);
    expect(house.there).toHaveLength(1);
  });

  it("kills one of which nothing is heard, and replaces it", async () => {
    const house = begunHouse(2);
    const [quick, stuck] = [house.started[0]!, house.started[1]!];
    stuck.says("alive");
    for (let sec = 0; sec < 5; sec += 1) {
      quick.says("alive");
      await house.clock.pass(1000);
    }
    expect([quick.isThere, stuck.isThere]).toEqual([true, false]);
    await house.pass(200);
    expect(house.there).toHaveLength(2);
  });

  it("kills one that never says a word, but lets it take its time to start", async () => {
    const house = new House(1);
    await house.clock.pass(59_000);
    expect(house.started[0]!.isThere).toBe(true);
    await house.clock.pass(1000);
    expect(house.started[0]!.isThere).toBe(false);
  });

  it("lets a worn one go only when the next of its place has begun", async () => {
    const house = begunHouse(1);
    const [worn] = house.started;
    worn!.says("worn");
    await house.pass(3000);
    expect(worn!.orders).toEqual([]);
    house.started[1]!.begins();
    expect(worn!.orders).toEqual([expect.objectContaining({ type: "end", isAlone: true })]);
    expect(house.keeper.working).toBe(1);
    worn!.ends(0);
    await house.pass(60_000);
    expect(house.started).toHaveLength(2);
  });

  it("keeps a worn one while its successor does not come up, and tries another", async () => {
    const house = begunHouse(1);
    house.started[0]!.says("worn");
    house.started[1]!.ends(1);
    await house.pass(200);
    house.started[2]!.begins();
    expect(house.started[0]!.orders).toHaveLength(1);
  });

  it("has the successor take over from a worn one that ends before it was told to", async () => {
    const house = begunHouse(1);
    house.started[0]!.says("worn");
    house.started[0]!.ends(1);
    house.started[1]!.begins();
    await house.pass(60_000);
    expect(house.there).toEqual([house.started[1]]);
    expect(house.keeper.working).toBe(1);
  });

  it("kills a worn one that does not go", async () => {
    const house = begunHouse(1);
    house.started[0]!.says("worn");
    house.started[1]!.begins();
    await house.pass(MAKE_ROOM_MS - 1000);
    expect(house.there).toHaveLength(2);
    await house.pass(1000);
    expect(house.there).toEqual([house.started[1]]);
  });

  it("tells all to end, and ends with the worst of their codes", async () => {
    const house = begunHouse(3);
    house.keeper.end("enough");
    expect(house.started.flatMap(({ orders }) => orders.map(({ isAlone }) => isAlone))).toEqual([false, false, false]);
    house.started[0]!.ends(0);
    house.started[1]!.ends(1);
    await house.clock.pass(0);
    expect(house.exitCode).toBeUndefined();
    house.started[2]!.ends(0);
    await house.clock.pass(0);
    expect(house.exitCode).toBe(1);
    expect(house.started).toHaveLength(3);
  });

  it("kills whoever has not ended in time, and a shorter time holds", async () => {
    const house = begunHouse(2);
    house.keeper.end("enough");
    await house.pass(1000);
    house.keeper.end("hurry", 2000);
    expect(house.started[0]!.orders.map(({ withinMs }) => withinMs)).toEqual([undefined, 2000]);
    house.started[0]!.ends(0);
    await house.pass(9000);
    expect(house.exitCode).toBe(1);
  });

  it("starts nobody any more once all have to end", async () => {
    const house = begunHouse(2);
    house.started[0]!.ends(1);
    house.keeper.end("enough");
    house.started[1]!.ends(0);
    await house.clock.pass(60_000);
    expect(house.started).toHaveLength(2);
    expect(house.exitCode).toBe(0);
  });

  it("ends all when one cannot use its settings: the next could not either", async () => {
    const house = new House(2);
    house.started[0]!.ends(2);
    house.started[1]!.ends(2);
    await house.clock.pass(0);
    expect(house.exitCode).toBe(2);
    expect(house.started).toHaveLength(2);
  });

  it("has every place filled in the end, and no place given up without a successor, whatever happens", async () => {
    const happening = fc.record({ who: fc.nat(), what: fc.constantFrom("begin", "wear", "crash", "wait") });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 3 }), fc.array(happening, { maxLength: 40 }), async (count, happenings) => {
        const house = new House(count);
        for (const { who, what } of happenings) {
          const { there } = house;
          const one = there[who % Math.max(1, there.length)];
          const before = house.keeper.working;
          if (what === "begin") one?.begins();
          else if (what === "wear") one?.says("worn");
          else if (what === "crash") one?.ends(1);
          else await house.pass(who % 3000);
          if (what !== "crash") expect(house.keeper.working).toBeGreaterThanOrEqual(before);
        }
        for (let round = 0; round < 3; round += 1) {
          for (const process of house.there) if (process.orders.length > 0) process.ends(0);
          await house.pass(31_000);
          for (const process of house.there) process.begins();
        }
        for (const process of house.there) if (process.orders.length > 0) process.ends(0);
        expect(house.keeper.working).toBe(count);
        expect(house.there.map(({ place }) => place).sort()).toEqual(Array.from({ length: count }, (_, place) => place));
      }),
      { numRuns: 200 },
    );
  });
});
