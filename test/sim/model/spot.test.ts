import { describe, expect, it } from "vitest";
import { RandomStream } from "../../../sim/kernel/random.ts";
import { SpotMarket } from "../../../sim/model/spot-market.ts";
import { ec2World, fargateWorld } from "./fleet-world.ts";

/** So many interruptions that a day shows them. */
const RISKY = { interruptedPerDay: 0.9 };

describe("the market", () => {
  const market = (interruptedPerDay: number, earlyShare = 0.5) =>
    new SpotMarket(
      { share: 0.5, interruptedPerDay, noticeMs: 120_000, earlyShare, earliestMs: 1_200_000, capacityRebalancing: false },
      new RandomStream(1, "spot"),
    );

  it("takes the share of instances a day that it is told to", () => {
    const spot = market(0.05);
    const fates = Array.from({ length: 40_000 }, () => spot.fate(0));
    const taken = fates.filter(({ noticeAt }) => noticeAt < 86_400_000).length / fates.length;
    // Four standard errors of a share of 0.05.
    expect(Math.abs(taken - 0.05)).toBeLessThan(4 * Math.sqrt((0.05 * 0.95) / fates.length));
  });

  it("recommends a replacement before the notice for the early ones, and with it for the others", () => {
    const spot = market(0.05);
    const leads = Array.from({ length: 10_000 }, () => spot.fate(1e9)).map(({ recommendationAt, noticeAt }) => noticeAt - recommendationAt);
    expect(leads.filter((lead) => lead > 0).length / leads.length).toBeCloseTo(0.5, 1);
    expect(Math.max(...leads)).toBeLessThanOrEqual(1_200_000);
    expect(Math.min(...leads)).toBe(0);
  });

  it("takes nothing at a hazard of 0", () => {
    expect(market(0).fate(0)).toEqual({ recommendationAt: Infinity, noticeAt: Infinity });
  });

  it.each([
    [0.5, [false, true, false, true]],
    [0.25, [false, false, false, true]],
    [1, [true, true, true, true]],
    [0, [false, false, false, false]],
  ])("keeps a share of %d as close as whole instances allow", (share, expected) => {
    const spot = new SpotMarket(
      { share, interruptedPerDay: 0, noticeMs: 0, earlyShare: 0, earliestMs: 0, capacityRebalancing: false },
      new RandomStream(1, "spot"),
    );
    const bought: boolean[] = [];
    for (let standing = 0; standing < 4; standing += 1) bought.push(spot.isNext(bought.filter(Boolean).length, standing));
    expect(bought).toEqual(expected);
  });
});

describe("an interruption", () => {
  it("gives two minutes to drain, whatever protects the instance; its replacement starts after it", () => {
    const world = ec2World({ settings: { initial: 1, protection: "all" }, spot: RISKY });
    world.drainMs = 60_000;
    world.runTo(86_400 * 3);
    const [first, second] = world.fleet.records;
    const at = (wanted: string) => first!.stages.find(({ stage }) => stage === wanted)!.at;
    expect(first).toMatchObject({ purchase: "spot", endCause: "spot-interruption", killed: false });
    expect(at("terminated") - at("interrupted")).toBe(120_000);
    expect(second).toMatchObject({ cause: "replacement" });
    expect(second!.stages[0]!.at).toBe(at("terminated"));
  });

  it("ends work that takes longer", () => {
    const world = ec2World({ settings: { initial: 1, drainLimitMs: 3_600_000 }, spot: RISKY });
    world.drainMs = 600_000;
    world.runTo(86_400 * 3);
    expect(world.fleet.records[0]).toMatchObject({ endCause: "spot-interruption", killed: true });
  });

  it("is not outlasted by a terminate hook", () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const world = ec2World({ settings: { initial: 1, drainLimitMs: 86_400_000 * 7 }, spot: RISKY, seed });
      world.drainMs = 86_400_000 * 6;
      world.want(0);
      world.runTo(86_400 * 5);
      const [{ stages }] = world.fleet.records as [(typeof world.fleet.records)[number]];
      expect(stages.at(-1)!.stage).toBe("terminated");
    }
  });

  it("of a Fargate task sends SIGTERM; the service replaces it when the process has ended", () => {
    const world = fargateWorld({ settings: { initial: 1 }, spot: RISKY });
    world.drainMs = 20_000;
    world.runTo(86_400 * 3);
    const [first, second] = world.fleet.records;
    const at = (wanted: string) => first!.stages.find(({ stage }) => stage === wanted)!.at;
    expect(at("deprovisioning") - at("interrupted")).toBe(20_000);
    expect(second!.stages[0]!.at).toBe(at("deprovisioning"));
  });
});

describe("capacity rebalancing", () => {
  it("launches the replacement at the recommendation and keeps the group whole", () => {
    const world = ec2World({ settings: { initial: 10, max: 10, capacityRebalancing: true }, spot: { ...RISKY, earlyShare: 1 } });
    let least = Infinity;
    let most = 0;
    for (let minute = 10; minute <= 1440; minute += 1) {
      const { inService, pending } = world.runTo(minute * 60).capacity();
      least = Math.min(least, inService);
      most = Math.max(most, inService + pending);
    }
    // A recommendation may come less than a launch ahead, and only one instance may be replaced at a time.
    expect(least).toBeGreaterThanOrEqual(8);
    expect(most).toBe(11);
    expect(world.fleet.records.filter(({ endCause }) => endCause === "spot-rebalance").length).toBeGreaterThan(5);
  });
});
