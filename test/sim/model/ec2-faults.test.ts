import { describe, expect, it } from "vitest";
import { ec2World } from "./fleet-world.ts";

const outage = (zone: number, fromSec: number, toSec: number) => ({ zoneOutages: [{ zone, from: fromSec * 1000, until: toSec * 1000 }] });

describe("the outage of a zone", () => {
  it("takes its instances with their work, and replaces them elsewhere", () => {
    const world = ec2World({ settings: { zones: 3, initial: 6, ...outage(1, 100, 1000) } });
    world.runTo(300);
    expect(world.killed).toEqual([1, 4]);
    const lost = world.fleet.records.filter(({ endCause }) => endCause === "zone-outage");
    expect(lost.map(({ zone }) => zone)).toEqual([1, 1]);
    expect(world.fleet.records.slice(6).map(({ cause, zone }) => [cause, zone])).toEqual([
      ["replacement", 0],
      ["replacement", 2],
    ]);
    expect(world.working.size).toBe(6);
  });

  it("is evened out afterwards, launching first: one above desired, never below it", () => {
    const world = ec2World({ settings: { zones: 3, initial: 6, max: 6, ...outage(1, 100, 1000) } });
    const seen: number[] = [];
    for (let sec = 1000; sec <= 2000; sec += 1) seen.push(world.runTo(sec).capacity().inService);
    expect(Math.max(...seen)).toBe(6);
    expect(Math.min(...seen)).toBeGreaterThanOrEqual(6);
    const zones = world.standing().map((number) => world.record(number).zone);
    expect(zones.sort()).toEqual([0, 0, 1, 1, 2, 2]);
    expect(world.fleet.records.filter(({ endCause }) => endCause === "zone-rebalance")).toHaveLength(2);
  });
});

describe("an instance that fails", () => {
  it("is replaced at once", () => {
    const world = ec2World({ settings: { initial: 50 }, faults: { failedPerDay: 0.5, impairedPerDay: 0 } });
    world.runTo(86_400);
    const failed = world.fleet.records.filter(({ endCause }) => endCause === "failed");
    // A hazard of ln 2 a day and place: 35 a day, and 50 of them would be beyond three standard deviations.
    expect(failed.length).toBeGreaterThan(15);
    expect(failed.length).toBeLessThan(55);
    expect(world.fleet.records.filter(({ cause }) => cause === "replacement")).toHaveLength(failed.length);
    for (const { stages } of failed) expect(stages.at(-1)?.stage).toBe("terminated");
  });

  it("and only looks alive is noticed later, after the grace period at the earliest", () => {
    const world = ec2World({
      settings: { initial: 1, impairmentDetectionMs: 180_000, healthCheckGraceMs: 600_000 },
      faults: { failedPerDay: 0, impairedPerDay: 0.99 },
    });
    world.runTo(86_400);
    const lives = world.fleet.records.filter(({ endCause }) => endCause === "impaired");
    expect(lives.length).toBeGreaterThan(0);
    for (const { stages, killed } of lives) {
      const at = (wanted: string) => stages.find(({ stage }) => stage === wanted)?.at;
      const inServiceAt = at("in-service") ?? -300_000;
      expect(at("terminating")).toBe(Math.max(at("impaired")! + 180_000, inServiceAt + 600_000));
      expect(killed).toBe(true);
    }
  });

  it("stays until its replacement is in service where the maintenance policy wants all healthy", () => {
    const world = ec2World({
      settings: { initial: 4, maintenance: { minHealthyShare: 1, maxHealthyShare: 1.25 } },
      faults: { failedPerDay: 0, impairedPerDay: 0.9 },
    });
    world.runTo(86_400);
    const ended = world.fleet.records.filter(({ endCause }) => endCause === "impaired");
    expect(ended.length).toBeGreaterThan(2);
    for (const record of ended) {
      const endedAt = record.stages.find(({ stage }) => stage === "terminating")!.at;
      const replacement = world.fleet.records.some(({ stages }) =>
        stages.some(({ stage, at }) => stage === "in-service" && at === endedAt),
      );
      expect(replacement).toBe(true);
    }
  });
});
