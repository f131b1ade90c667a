import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readScenario } from "../../../sim/index.ts";
import { erlangC } from "../../../sim/measure/queueing.ts";
import { IN_TIME, scenarioOf, sizingOf } from "../../../sim/plan/sizing.ts";

describe("sizing by three questions", () => {
  it("derives the target as AWS's page does: 10 s wanted, 0.1 s a message, is 100 messages a slot", () => {
    const sizing = sizingOf({ latencySec: 10, serviceSec: 0.1, slots: 1, nowPerSec: 1, peakPerSec: 1 });
    expect(sizing.targetPerInstance).toBe(100);
    expect(sizingOf({ latencySec: 10, serviceSec: 0.1, slots: 4, nowPerSec: 1, peakPerSec: 1 }).targetPerInstance).toBe(400);
  });

  it("finds the least fleet by Erlang C: one instance fewer is late too often", () => {
    const rate = fc.double({ min: 0.01, max: 400, noNaN: true });
    fc.assert(
      fc.property(
        rate,
        rate,
        fc.double({ min: 0.01, max: 5, noNaN: true }),
        fc.integer({ min: 1, max: 16 }),
        (now, peak, serviceSec, slots) => {
          const latencySec = serviceSec * 3;
          const sizing = sizingOf({ latencySec, serviceSec, slots, nowPerSec: now, peakPerSec: peak });
          for (const [perSec, size] of [
            [now, sizing.now],
            [Math.max(now, peak), sizing.peak],
          ] as const) {
            const late = (instances: number) => {
              const [servers, offered] = [instances * slots, perSec * serviceSec];
              return offered >= servers
                ? 1
                : erlangC(offered, servers) * Math.exp((-(servers - offered) * (latencySec - serviceSec)) / serviceSec);
            };
            expect(size.lateShare).toBeCloseTo(late(size.instances), 9);
            expect(late(size.instances)).toBeLessThanOrEqual(1 - IN_TIME + 1e-9);
            if (size.instances > 1) expect(late(size.instances - 1)).toBeGreaterThan(1 - IN_TIME);
          }
        },
      ),
    );
  });

  it("needs as many slots as jobs are under way, at least", () => {
    const { peak } = sizingOf({ latencySec: 60, serviceSec: 3, slots: 4, nowPerSec: 5, peakPerSec: 60 });
    expect(peak.offeredSlots).toBe(180);
    expect(peak.instances).toBe(46);
  });

  it("makes a scenario that the reader takes as it is", () => {
    const amount = fc.double({ min: 0.01, max: 500, noNaN: true });
    fc.assert(
      fc.property(
        amount,
        amount,
        amount,
        amount,
        fc.integer({ min: 1, max: 32 }),
        (latencySec, serviceSec, nowPerSec, peakPerSec, slots) => {
          const read = readScenario(scenarioOf({ latencySec, serviceSec, slots, nowPerSec, peakPerSec }));
          expect(read.ok ? [] : read.faults).toEqual([]);
        },
      ),
      { numRuns: 30 },
    );
  });
});
