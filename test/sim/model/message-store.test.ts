import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AliveList } from "../../../sim/model/alive-list.ts";
import { MessageStore, NONE } from "../../../sim/model/message-store.ts";
import { scenarioSchema } from "../../../sim/scenario/schema.ts";
import { simulate } from "../../../sim/simulate.ts";

const DAY_MS = 86_400_000;
const anyTime = fc.integer({ min: 0, max: 4000 * DAY_MS });

describe("the time of a send, kept in 32 bits", () => {
  it("tells the age of a message of up to 49 days, whenever it was sent", () => {
    fc.assert(
      fc.property(anyTime, fc.integer({ min: 0, max: 49 * DAY_MS }), (sentAt, ageMs) => {
        const store = new MessageStore();
        expect(store.ageMs(store.add(sentAt, 1, 0), sentAt + ageMs)).toBe(ageMs);
      }),
    );
  });

  it("keeps messages that were sent within 14 days in the order of their sending, in whatever order they come", () => {
    fc.assert(
      fc.property(anyTime, fc.array(fc.integer({ min: 0, max: 14 * DAY_MS }), { maxLength: 20 }), (from, delaysMs) => {
        const store = new MessageStore();
        const alive = new AliveList(store);
        for (const delayMs of delaysMs) alive.append(store.add(from + delayMs, 1, 0));
        const found: number[] = [];
        const now = from + 14 * DAY_MS;
        for (let message = alive.first; message !== NONE; message = store.nextAlive[message] as number) {
          found.push(now - store.ageMs(message, now) - from);
        }
        expect(found).toEqual(delaysMs.toSorted((a, b) => a - b));
      }),
    );
  });

  it("is right in a run of a hundred days: no message is older than it is, and none expires before its time", () => {
    const { summary } = simulate(
      scenarioSchema.parse({
        version: 1,
        name: "A hundred days",
        run: { durationSec: 100 * 86_400, sampleEverySec: 3600 },
        traffic: { kind: "poisson", ratePerSec: 0.002 },
        work: { serviceTime: { kind: "constant", sec: 1 } },
        fleet: { min: 1, max: 1 },
        policy: { kind: "exact-backlog" },
      }),
      1,
    );
    expect(summary.messages).toMatchObject({ expired: 0, dead: 0 });
    expect(summary.latencyMs.max).toBeLessThan(60_000);
    expect(summary.ageOfOldestMs.max).toBeLessThan(60_000);
  });
});
