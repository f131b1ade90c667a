import { describe, expect, it } from "vitest";
import { createLog } from "../../../runtime/log.ts";
import { ScaleInProtection } from "../../../runtime/worker/scale-in-protection.ts";
import { SteppedClock, settled } from "../../support/stepped-clock.ts";

function protecting({ renewMs = Infinity } = {}) {
  const clock = new SteppedClock();
  const calls: boolean[] = [];
  const pending: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const protector = {
    renewMs,
    protect: (isProtected: boolean) => {
      calls.push(isProtected);
      return new Promise<void>((resolve, reject) => {
        pending.push({ resolve, reject });
      });
    },
  };
  const protection = new ScaleInProtection({ protector, idleMs: 30_000, clock, log: createLog("silent", "test") });
  const answer = async () => {
    pending.shift()!.resolve();
    await settled();
  };
  const refuse = async () => {
    pending.shift()!.reject(new Error("throttled"));
    await settled();
  };
  return { clock, calls, protection, answer, refuse };
}

describe("protection from scale-ins", () => {
  it("begins with the first job and ends when there has been none for a while", async () => {
    const { clock, calls, protection, answer } = protecting();
    protection.busyChanged(true);
    await answer();
    protection.busyChanged(false);
    await clock.pass(29_999);
    expect(calls).toEqual([true]);
    await clock.pass(1);
    expect(calls).toEqual([true, false]);
  });

  it("costs no calls for short pauses", async () => {
    const { clock, calls, protection, answer } = protecting();
    protection.busyChanged(true);
    await answer();
    for (let pause = 0; pause < 10; pause += 1) {
      protection.busyChanged(false);
      await clock.pass(20_000);
      protection.busyChanged(true);
      await clock.pass(20_000);
    }
    expect(calls).toEqual([true]);
  });

  it("makes one call at a time, and in the end what was wanted last holds", async () => {
    const { clock, calls, protection, answer } = protecting();
    protection.busyChanged(true);
    protection.busyChanged(false);
    await clock.pass(30_000);
    expect(calls).toEqual([true]);
    await answer();
    expect(calls).toEqual([true, false]);
    await answer();
    await clock.pass(600_000);
    expect(calls).toEqual([true, false]);
  });

  it("is asked for again after a while when it was refused", async () => {
    const { clock, calls, protection, refuse, answer } = protecting();
    protection.busyChanged(true);
    await refuse();
    await clock.pass(30_000);
    expect(calls).toEqual([true, true]);
    await answer();
    await clock.pass(600_000);
    expect(calls).toEqual([true, true]);
  });

  it("is renewed while the worker is busy where it ends by itself", async () => {
    const { clock, calls, protection, answer } = protecting({ renewMs: 1_800_000 });
    protection.busyChanged(true);
    await answer();
    await clock.pass(1_800_000);
    expect(calls).toEqual([true, true]);
    await answer();
    protection.busyChanged(false);
    await clock.pass(30_000);
    await answer();
    await clock.pass(7_200_000);
    expect(calls).toEqual([true, true, false]);
  });

  it("is given up when the worker has gone", async () => {
    const { clock, calls, protection, answer } = protecting();
    protection.busyChanged(true);
    await answer();
    const ended = protection.end();
    await answer();
    await ended;
    expect(calls).toEqual([true, false]);
    expect(clock.nextAt).toBe(Infinity);
  });
});
