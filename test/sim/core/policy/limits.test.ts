import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyLimits, instancesFor } from "../../../../sim/core/policy/limits.ts";
import { anyGroup, group } from "../../../support/observations.ts";

const NOW = 1_000_000;

describe("the limits", () => {
  it("let a proposal within min and max through, and say that nothing limited it", () => {
    expect(applyLimits(7, group(5), {}, NOW)).toEqual({ desired: 7, limitedBy: undefined });
    expect(applyLimits(5, group(5), { blockInWhileWarming: true, maxStep: 1 }, NOW)).toEqual({ desired: 5, limitedBy: undefined });
  });

  it("refuse to scale in while an instance is pending or warming up, and nothing else", () => {
    const rules = { blockInWhileWarming: true };
    expect(applyLimits(3, group(5, { pending: 1, inService: 4 }), rules, NOW)).toEqual({ desired: 5, limitedBy: "warm-up", wanted: 3 });
    expect(applyLimits(3, group(5, { warming: 1 }), rules, NOW)).toEqual({ desired: 5, limitedBy: "warm-up", wanted: 3 });
    expect(applyLimits(9, group(5, { warming: 5 }), rules, NOW)).toEqual({ desired: 9, limitedBy: undefined });
    expect(applyLimits(3, group(5, { terminating: 4 }), rules, NOW)).toEqual({ desired: 3, limitedBy: undefined });
  });

  it("refuse to scale in before the cooldown is over, and nothing else", () => {
    expect(applyLimits(3, group(5), { noScaleInBefore: NOW + 1 }, NOW)).toEqual({ desired: 5, limitedBy: "cooldown", wanted: 3 });
    expect(applyLimits(3, group(5), { noScaleInBefore: NOW }, NOW)).toEqual({ desired: 3, limitedBy: undefined });
    expect(applyLimits(8, group(5), { noScaleInBefore: NOW + 1 }, NOW)).toEqual({ desired: 8, limitedBy: undefined });
  });

  it("cut a step that is too large, in both directions; a largest step of 0 cuts none", () => {
    expect(applyLimits(20, group(5), { maxStep: 3 }, NOW)).toEqual({ desired: 8, limitedBy: "step", wanted: 20 });
    expect(applyLimits(0, group(5), { maxStep: 3 }, NOW)).toEqual({ desired: 2, limitedBy: "step", wanted: 0 });
    expect(applyLimits(8, group(5), { maxStep: 3 }, NOW)).toEqual({ desired: 8, limitedBy: undefined });
    expect(applyLimits(90, group(5), { maxStep: 0 }, NOW)).toEqual({ desired: 90, limitedBy: undefined });
  });

  it("come in their order: the last that changed the proposal is named, and min and max win", () => {
    const warm = group(5, { min: 4, max: 6, warming: 1 });
    expect(applyLimits(0, warm, { blockInWhileWarming: true, noScaleInBefore: NOW + 1, maxStep: 1 }, NOW).limitedBy).toBe("warm-up");
    expect(applyLimits(0, group(5, { min: 4 }), { noScaleInBefore: NOW + 1, maxStep: 1 }, NOW).limitedBy).toBe("cooldown");
    expect(applyLimits(0, group(5, { min: 4 }), { maxStep: 3 }, NOW)).toEqual({ desired: 4, limitedBy: "min", wanted: 0 });
    expect(applyLimits(50, group(5, { max: 6 }), { maxStep: 3 }, NOW)).toEqual({ desired: 6, limitedBy: "max", wanted: 50 });
    expect(applyLimits(50, group(5, { max: 10 }), { maxStep: 3 }, NOW)).toEqual({ desired: 8, limitedBy: "step", wanted: 50 });
  });

  it("keep every decision within min and max, and never turn more into less", () => {
    const rules = fc.record(
      { blockInWhileWarming: fc.boolean(), noScaleInBefore: fc.constantFrom(NOW - 1, NOW, NOW + 1), maxStep: fc.nat(5) },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(anyGroup, rules, fc.nat(100), fc.nat(100), (capacity, given, one, other) => {
        const low = applyLimits(Math.min(one, other), capacity, given, NOW);
        const high = applyLimits(Math.max(one, other), capacity, given, NOW);
        expect(low.desired).toBeLessThanOrEqual(high.desired);
        for (const { desired } of [low, high]) {
          expect(desired).toBeGreaterThanOrEqual(capacity.min);
          expect(desired).toBeLessThanOrEqual(capacity.max);
        }
      }),
    );
  });
});

describe("the instances needed", () => {
  it("are rounded up", () => {
    expect(instancesFor(500, 100)).toBe(5);
    expect(instancesFor(501, 100)).toBe(6);
    expect(instancesFor(1, 100)).toBe(1);
    expect(instancesFor(0, 100)).toBe(0);
  });

  it("are not raised by the rounding of a division: the whole backlog divided and multiplied again needs no more", () => {
    expect(7 * (300 / 7)).toBeGreaterThanOrEqual(300);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1000 }),
        fc.integer({ min: 0, max: 1_000_000 }),
        fc.integer({ min: 1, max: 1000 }),
        (instances, backlog, target) => {
          expect(instancesFor(instances * (backlog / instances), target)).toBe(Math.ceil(backlog / target));
        },
      ),
    );
  });
});
