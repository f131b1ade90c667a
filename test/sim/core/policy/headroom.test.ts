import { describe, expect, it } from "vitest";
import { fitRate } from "../../../../sim/core/policy/arrival-rate.ts";
import { headroom, type HeadroomSettings, type HeadroomState } from "../../../../sim/core/policy/headroom.ts";
import type { Capacity, Datapoint, Decision, Observation } from "../../../../sim/core/policy/policy.ts";
import { eachMinute, group, MINUTE_MS } from "../../../support/observations.ts";

const NOW = 100 * MINUTE_MS;
/** Half-second jobs in four slots: 8 messages a second per instance. */
const settings: HeadroomSettings = {
  limitMs: 60_000,
  share: 0.99,
  slotsPerInstance: 4,
  expectedServiceMs: 500,
  expectedLaunchMs: 90_000,
  refillMs: 0,
  stopMs: 120_000,
  launchPrice: 5,
  reviewEveryMs: 30_000,
  periodMs: MINUTE_MS,
};

/** A promise that leaves time for a launch. */
const patient = { limitMs: 600_000 };

const perMinute = (...rates: number[]): Datapoint[] =>
  eachMinute(
    rates.map((rate) => rate * 60),
    NOW,
  );
const steadily = (rate: number) => perMinute(...Array<number>(8).fill(rate));

interface World {
  readonly capacity: Capacity;
  readonly backlog?: number;
  readonly inFlight?: number;
  readonly sent?: readonly Datapoint[];
  readonly now?: number;
}

function seen({ capacity, backlog = 0, inFlight = 0, sent = [], now = NOW }: World): Observation {
  return {
    metric: [],
    published: { sent },
    telemetry: { working: { value: capacity.inService, at: now } },
    backlog: { value: backlog, at: now },
    inFlight: { value: inFlight, at: now },
    capacity,
  };
}

function decide(world: World, more: Partial<HeadroomSettings> = {}): Decision {
  const policy = headroom({ ...settings, ...more });
  return policy.decide(policy.initial(), seen(world), world.now ?? NOW).decision;
}

describe("Headroom's policy", () => {
  it("staffs a steady load with a little to spare", () => {
    // 20 messages a second of half a second are 10 busy slots: 2.5 instances, and chance takes the third.
    expect(decide({ capacity: group(1), sent: steadily(20) }).desired).toBeGreaterThanOrEqual(3);
    expect(decide({ capacity: group(3), sent: steadily(20) }).desired).toBe(3);
  });

  it("asks for what works a backlog off within the limit", () => {
    const { desired, reason } = decide({ capacity: group(3), sent: steadily(20), backlog: 3000 });
    expect(desired).toBeGreaterThan(5);
    expect(reason.code).toBe("out");
    expect(reason.text).toMatch(/\(3000 now\) and 20\/s in 90 s, jobs of 0.5 s/);
  });

  it("lets a queue wait when its limit is long", () => {
    const world = { capacity: group(3), sent: steadily(20), backlog: 3000 };
    expect(decide(world, { limitMs: 1_800_000 }).desired).toBeLessThan(decide(world).desired);
  });

  it("launches for the load that will be there when the launch is done", () => {
    const rising = perMinute(20, 24, 28, 32, 36, 40, 44, 48);
    expect(decide({ capacity: group(7), sent: rising }).desired).toBeGreaterThan(
      decide({ capacity: group(7), sent: steadily(48) }).desired,
    );
  });

  it("wakes from zero with one message", () => {
    expect(decide({ capacity: group(0), backlog: 1 }, patient).desired).toBe(1);
    expect(decide({ capacity: group(0) }, patient).desired).toBe(0);
  });

  it("keeps one instance where the first message could not wait for a launch", () => {
    expect(decide({ capacity: group(0) }).desired).toBe(1);
    expect(decide({ capacity: group(1), sent: steadily(0) }).desired).toBe(1);
    expect(decide({ capacity: group(1), sent: steadily(0) }, patient).desired).toBe(0);
  });

  it("keeps as many as hold what is in flight when a stop would not leave a job its time", () => {
    const world = { capacity: group(8), sent: steadily(0), inFlight: 10 };
    const hours = { ...patient, limitMs: 36_000_000 };
    // Ten jobs in four slots each: three instances. Two minutes are enough for jobs of half a second.
    expect(decide(world, { ...hours, expectedServiceMs: 3_600_000 }).desired).toBe(3);
    expect(decide(world, hours).desired).toBe(0);
    // It does not grow for them: they have their slots.
    expect(decide({ ...world, capacity: group(1) }, { ...hours, expectedServiceMs: 3_600_000 }).desired).toBe(1);
    // Where a stop waits for the job, nobody has to stay for it.
    expect(decide(world, { ...hours, expectedServiceMs: 3_600_000, stopMs: 7_200_000 }).desired).toBeLessThan(3);
  });

  it("gives an instance up only after a job besides the launch when its job would be cut off", () => {
    const firstIn = (stopMs: number) => {
      const policy = headroom({ ...settings, ...patient, limitMs: 3_600_000, expectedServiceMs: 300_000, stopMs });
      let state: HeadroomState = policy.initial();
      for (let review = 0; review < 40; review += 1) {
        const now = NOW + review * 30_000;
        const capacity = group(8);
        const step = policy.decide(state, seen({ capacity, sent: steadily(0.01), backlog: review === 0 ? 3000 : 0, now }), now);
        state = step.state;
        if (step.decision.desired < 8) return review * 30_000;
      }
      return Infinity;
    };
    expect(firstIn(600_000)).toBe(120_000);
    expect(firstIn(120_000)).toBe(420_000);
  });

  it("asks for no more slots than there are messages", () => {
    // One message of ten minutes that may wait for five: by rates alone it would take three instances to be in time.
    const long = { limitMs: 1_200_000, expectedServiceMs: 600_000, slotsPerInstance: 1 };
    expect(decide({ capacity: group(0), backlog: 1, sent: steadily(0) }, long).desired).toBe(1);
    expect(decide({ capacity: group(1), backlog: 1, inFlight: 1, sent: steadily(0) }, long).desired).toBe(2);
  });

  it("gives an instance up only after a launch's time without need of it", () => {
    const policy = headroom(settings);
    let state: HeadroomState = policy.initial();
    const desired: number[] = [];
    for (let review = 0; review < 8; review += 1) {
      const now = NOW + review * 30_000;
      const backlog = review === 0 ? 3000 : 0;
      const step = policy.decide(state, seen({ capacity: group(8), sent: steadily(20), backlog, now }), now);
      state = step.state;
      desired.push(step.decision.desired);
    }
    // What the first review needed counts for 90 s.
    expect(desired.slice(0, 4)).toEqual([8, 8, 8, 8]);
    expect(desired.at(-1)).toBe(3);
  });

  it("does not scale in on what it does not know", () => {
    expect(decide({ capacity: group(8), sent: [] })).toMatchObject({ desired: 8, reason: { code: "no-data" } });
    const old = steadily(1).map(({ at, value }) => ({ at: at - 60 * MINUTE_MS, value }));
    expect(decide({ capacity: group(8), sent: old })).toMatchObject({ desired: 8, reason: { code: "no-data" } });
  });
});

describe("the rate of arrivals", () => {
  it("is the mean while nothing but chance moves it", () => {
    const { perMs, trend } = fitRate(perMinute(20.2, 19.7, 20.1, 20, 19.9, 20.1, 19.8, 20.2), MINUTE_MS, NOW);
    expect(perMs * 1000).toBeCloseTo(20, 1);
    expect(trend).toBe(0);
  });

  it("follows a rise that stands out", () => {
    const { perMs, trend } = fitRate(perMinute(20, 24, 28, 32, 36, 40, 44, 48), MINUTE_MS, NOW);
    expect(perMs * 1000).toBeGreaterThan(46);
    expect(trend * 1000 * MINUTE_MS).toBeGreaterThan(3);
    expect(trend * 1000 * MINUTE_MS).toBeLessThanOrEqual(4);
  });

  it("forgets what was before a jump", () => {
    const { perMs, trend } = fitRate(perMinute(10, 10, 10, 10, 10, 10, 150, 150), MINUTE_MS, NOW);
    expect(perMs * 1000).toBeCloseTo(150, 6);
    expect(trend).toBe(0);
  });

  it("spreads a late double count over the gap before it", () => {
    const counts = steadily(20)
      .filter((_, index) => index !== 5)
      .map(({ at, value }, index) => ({ at, value: index === 5 ? value * 2 : value }));
    expect(fitRate(counts, MINUTE_MS, NOW).perMs * 1000).toBeCloseTo(20, 6);
  });
});
