import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { durationSampler } from "../../../sim/kernel/distributions.ts";
import { RandomStream } from "../../../sim/kernel/random.ts";
import { TickCalendar } from "../../../sim/kernel/tick-calendar.ts";
import { FrontDoor } from "../../../sim/model/front-door.ts";
import { NONE } from "../../../sim/model/message-store.ts";
import type { DurationSpec } from "../../../sim/scenario/schema.ts";

const SERVED = 1;
const TIMED_OUT = 2;
const CALLS = 3;

/** A front door on a calendar of its own, and a list of what its callers were told. */
class DoorWorld {
  readonly told: string[] = [];
  readonly door: FrontDoor;
  private readonly calendar = new TickCalendar();

  constructor(
    settings: { places: number; mostWaiting: number; timeoutMs: number },
    serviceTime: DurationSpec = { kind: "constant", sec: 3 },
  ) {
    this.door = new FrontDoor({
      calendar: this.calendar,
      settings,
      serviceTime: durationSampler(serviceTime, new RandomStream(1, "service")),
      events: { serviceEnded: SERVED, patienceEnded: TIMED_OUT },
      answered: (user, question, isServed, now) => {
        this.told.push(
          `${String(now)}: ${user === NONE ? "nobody" : String(user)} ${isServed ? "served" : "refused"}${question > 1 ? "!" : ""}`,
        );
      },
    });
  }

  callAt(at: number, user: number): void {
    this.calendar.schedule(at, CALLS, user);
  }

  runTo(until: number): void {
    while (this.calendar.advance(until)) {
      const { kind, subject, now } = this.calendar;
      if (kind === SERVED) this.door.places.serviceEnded(subject, now);
      else if (kind === TIMED_OUT) this.door.places.patienceEnded(subject, now);
      else this.door.callerArrived(subject, 1, now);
    }
  }
}

describe("a front door", () => {
  it("serves as many callers at a time as it has places, and the others in turn", () => {
    const world = new DoorWorld({ places: 2, mostWaiting: 10, timeoutMs: 60_000 });
    for (const user of [1, 2, 3, 4, 5]) world.callAt(user, user);
    world.runTo(100_000);
    expect(world.told).toEqual(["3001: 1 served", "3002: 2 served", "6001: 3 served", "6002: 4 served", "9001: 5 served"]);
    expect(world.door.waitMs.max).toBe(6001 - 5);
    expect(world.door.latencyMs.max).toBe(9001 - 5);
  });

  it("turns away at once who finds the line full", () => {
    const world = new DoorWorld({ places: 1, mostWaiting: 1, timeoutMs: 60_000 });
    for (const user of [1, 2, 3]) world.callAt(user, user);
    world.runTo(10_000);
    expect(world.told).toEqual(["3: 3 refused", "3001: 1 served", "6001: 2 served"]);
    expect(world.door).toMatchObject({ arrived: 3, served: 2, rejected: 1 });
  });

  it("lets go who has waited too long in line, and gives the turn to the next", () => {
    const world = new DoorWorld({ places: 1, mostWaiting: 5, timeoutMs: 5000 });
    for (const [at, user] of [
      [0, 1],
      [1, 2],
      [2, 3],
      [2000, 4],
    ] as const)
      world.callAt(at, user);
    world.runTo(20_000);
    // The second is served from 3000 on and hangs up at 5001; the third has left the line by 6000.
    expect(world.told).toEqual(["3000: 1 served", "5001: 2 refused", "5002: 3 refused", "7000: 4 refused"]);
    expect(world.door).toMatchObject({ served: 1, timedOutWaiting: 1, timedOutInService: 2 });
  });

  it("keeps a place at work for a caller who has hung up", () => {
    const world = new DoorWorld({ places: 1, mostWaiting: 5, timeoutMs: 1000 });
    world.callAt(0, 1);
    world.callAt(2500, 2);
    world.runTo(10_000);
    expect(world.told).toEqual(["1000: 1 refused", "3500: 2 refused"]);
    expect(world.door.waitMs.max).toBe(500);
    expect(world.door.places.meanBusy(10_000)).toBeCloseTo(0.6, 12);
  });

  it("knows a caller who is no user as nobody", () => {
    const world = new DoorWorld({ places: 1, mostWaiting: 0, timeoutMs: 9000 });
    world.door.callerArrived(NONE, 0, 0);
    world.runTo(5000);
    expect(world.told).toEqual(["3000: nobody served"]);
  });

  it("tells every caller exactly once, in whatever rush, and has everybody accounted for at every time", () => {
    const settings = fc.record({
      places: fc.integer({ min: 1, max: 4 }),
      mostWaiting: fc.nat(5),
      timeoutMs: fc.integer({ min: 1, max: 300 }),
    });
    fc.assert(
      fc.property(settings, fc.array(fc.nat(2000), { maxLength: 200 }), fc.nat(2500), (bounds, calls, until) => {
        const world = new DoorWorld(bounds, { kind: "exponential", meanSec: 0.05 });
        calls.forEach((at, user) => {
          world.callAt(at, user);
        });
        world.runTo(until);
        const { arrived, served, rejected, timedOutWaiting, timedOutInService, places } = world.door;
        expect(arrived).toBe(calls.filter((at) => at <= until).length);
        expect(served + rejected + timedOutWaiting + timedOutInService + places.present).toBe(arrived);
        expect(places.busy).toBeLessThanOrEqual(bounds.places);
        expect(places.waiting === 0 || places.busy === bounds.places).toBe(true);
        world.runTo(1_000_000);
        expect(world.door.places).toMatchObject({ present: 0, busy: 0, waiting: 0 });
        expect(new Set(world.told.map((line) => line.split(" ")[1])).size).toBe(calls.length);
        expect(world.told).toHaveLength(calls.length);
      }),
    );
  });
});
