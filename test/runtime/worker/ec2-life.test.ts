import { describe, expect, it, vi } from "vitest";
import { createLog } from "../../../runtime/log.ts";
import { Ec2Life } from "../../../runtime/worker/ec2-life.ts";
import { SteppedClock, settled } from "../../support/stepped-clock.ts";

function instance({ hasHook = true } = {}) {
  const clock = new SteppedClock();
  const state = { target: "InService", interruptionAt: undefined as number | undefined, isRebalancing: false, isDown: false };
  const read = <T>(value: () => T) => vi.fn(() => (state.isDown ? Promise.reject(new Error("down")) : Promise.resolve(value())));
  const metadata = {
    targetLifecycleState: read(() => state.target),
    spotInterruptionAt: read(() => state.interruptionAt),
    isRebalanceRecommended: read(() => state.isRebalancing),
  };
  const begun: [reason: string, withinMs: number | undefined][] = [];
  const departure = { begin: (reason: string, withinMs?: number) => begun.push([reason, withinMs]) };
  const group = { recordHookHeartbeat: vi.fn(() => Promise.resolve()), completeHook: vi.fn(() => Promise.resolve()) };
  const hook = hasHook ? { group, name: "drain", heartbeatMs: 15_000 } : undefined;
  const life = new Ec2Life({ metadata, departure, instanceId: "i-1", pollMs: 5000, hook, clock, log: createLog("silent", "test") });
  return { clock, state, metadata, begun, group, life };
}

describe("the life of an EC2 instance", () => {
  it("is asked after every few seconds, also when nobody answers for a while", async () => {
    const { clock, life, metadata, state, begun } = instance();
    void life.watch();
    state.isDown = true;
    await clock.pass(20_000);
    state.isDown = false;
    expect(metadata.spotInterruptionAt).toHaveBeenCalledTimes(5);
    state.target = "Terminated";
    await clock.pass(5000);
    expect(begun).toEqual([["Auto Scaling terminates the instance", undefined]]);
  });

  it("lets the worker drain once when the group terminates it, and holds the hook until it has gone", async () => {
    const { clock, life, state, begun, group } = instance();
    state.target = "Terminated";
    void life.watch();
    await clock.pass(60_000);
    expect(begun).toHaveLength(1);
    expect(group.recordHookHeartbeat.mock.calls).toEqual(new Array(5).fill(["i-1", "drain"]));
    expect(group.completeHook).not.toHaveBeenCalled();
    await life.end();
    expect(group.completeHook.mock.calls).toEqual([["i-1", "drain"]]);
    expect(clock.nextAt).toBe(Infinity);
  });

  it("beats on when one heartbeat fails, and lets the hook time out when it cannot be completed", async () => {
    const { clock, life, state, group } = instance();
    state.target = "Terminated";
    group.recordHookHeartbeat.mockRejectedValueOnce(new Error("throttled"));
    group.completeHook.mockRejectedValueOnce(new Error("gone"));
    void life.watch();
    await clock.pass(15_000);
    expect(group.recordHookHeartbeat).toHaveBeenCalledTimes(2);
    await expect(life.end()).resolves.toBeUndefined();
  });

  it("completes no hook when it went for another reason", async () => {
    const { clock, life, group } = instance();
    void life.watch();
    await clock.pass(30_000);
    await life.end();
    expect(group.completeHook).not.toHaveBeenCalled();
  });

  it("drains without a hook as well", async () => {
    const { life, state, begun } = instance({ hasHook: false });
    state.target = "Terminated";
    void life.watch();
    await settled();
    await life.end();
    expect(begun).toHaveLength(1);
  });

  it("leaves ten seconds when Spot takes it back, however often the notice is read", async () => {
    const { clock, life, state, begun } = instance();
    state.interruptionAt = Date.now() + 120_000;
    void life.watch();
    await clock.pass(30_000);
    expect(begun).toHaveLength(1);
    expect(begun[0]![0]).toBe("Spot takes the instance back");
    expect(Math.abs(begun[0]![1]! - 110_000)).toBeLessThan(2000);
  });

  it("goes on working when Spot only recommends to rebalance", async () => {
    const { clock, life, state, begun, metadata } = instance();
    state.isRebalancing = true;
    void life.watch();
    await clock.pass(30_000);
    expect(begun).toEqual([]);
    expect(metadata.isRebalanceRecommended).toHaveBeenCalledTimes(1);
  });
});
