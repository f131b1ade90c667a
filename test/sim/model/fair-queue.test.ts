import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NONE } from "../../../sim/model/message-store.ts";
import { fairRig, type HeldMessage, type QueueRig } from "../../support/queue-rig.ts";
import type { FairQueue } from "../../../sim/model/fair-queue.ts";

const SEC = 1000;
const MINUTE = 60 * SEC;
const NOISY = 0;

function receiveMany(rig: QueueRig<FairQueue>, count: number): HeldMessage[] {
  const held: HeldMessage[] = [];
  while (held.length < count) held.push(...rig.receive({ max: Math.min(10, count - held.length), visibilityMs: 12 * 60 * MINUTE }));
  return held;
}

function tenantsOf(rig: QueueRig<FairQueue>, held: readonly HeldMessage[]): number[] {
  return held.map(({ message }) => rig.store.group[message] ?? NONE);
}

/** One tenant with a deep backlog and 30 messages in flight. */
function withNoisyTenant(): { rig: QueueRig<FairQueue>; held: HeldMessage[] } {
  const rig = fairRig();
  rig.sendMany(1000, { group: NOISY });
  return { rig, held: receiveMany(rig, 30) };
}

describe("a tenant", () => {
  it("is noisy with 30 messages in flight that are more than a tenth of all, and not with 29", () => {
    const rig = fairRig();
    rig.sendMany(1000, { group: NOISY });
    receiveMany(rig, 29);
    expect(rig.queue.isNoisy(NOISY)).toBe(false);
    receiveMany(rig, 1);
    expect(rig.queue.isNoisy(NOISY)).toBe(true);
    expect(rig.queue.noisyGroups).toBe(1);
  });

  it("is quiet with 30 in flight that are no more than a tenth", () => {
    const rig = fairRig();
    for (let tenant = 1; tenant <= 300; tenant += 1) rig.send({ group: tenant });
    receiveMany(rig, 300);
    rig.sendMany(1000, { group: NOISY });
    receiveMany(rig, 33);
    expect(rig.queue.isNoisy(NOISY)).toBe(false);
    receiveMany(rig, 1);
    expect(rig.queue.isNoisy(NOISY)).toBe(true);
  });

  it("is noisy with more than a tenth of the recent processing time, however few it has in flight", () => {
    const rig = fairRig();
    for (let tenant = 1; tenant <= 20; tenant += 1) rig.send({ group: tenant });
    rig.sendMany(20, { group: NOISY });
    const held = receiveMany(rig, 21);
    expect(tenantsOf(rig, held).at(-1)).toBe(NOISY);
    rig.after(SEC);
    for (const each of held.slice(0, 20)) rig.delete(each);
    rig.after(5 * SEC);
    receiveMany(rig, 1);
    expect(rig.queue.isNoisy(NOISY)).toBe(true);
  });

  it("has forgotten its processing time after two windows", () => {
    const rig = fairRig({ processingWindowMs: 10 * SEC });
    rig.sendMany(20, { group: NOISY });
    for (let tenant = 1; tenant <= 50; tenant += 1) rig.send({ group: tenant });
    const [first] = receiveMany(rig, 1);
    rig.after(5 * SEC).delete(first);
    rig.at(20 * SEC);
    receiveMany(rig, 1);
    expect(rig.queue.isNoisy(NOISY)).toBe(false);
  });

  it("is quiet again when its backlog is consumed", () => {
    const rig = fairRig();
    rig.sendMany(40, { group: NOISY });
    receiveMany(rig, 35);
    expect(rig.queue.isNoisy(NOISY)).toBe(true);
    receiveMany(rig, 5);
    expect(rig.queue.isNoisy(NOISY)).toBe(false);
  });

  it("is quiet again when nothing of it was in flight for 5 minutes, with its old place", () => {
    const { rig, held } = withNoisyTenant();
    for (const each of held) rig.delete(each);
    rig.sendMany(1, { group: 1 });
    expect(tenantsOf(rig, rig.receive({ max: 1 }))).toEqual([1]);
    rig.at(5 * MINUTE - 1);
    rig.send({ group: 1 });
    expect(tenantsOf(rig, rig.receive({ max: 1 }))).toEqual([1]);
    expect(rig.queue.isNoisy(NOISY)).toBe(true);
    rig.at(5 * MINUTE + SEC).send({ group: 1 });
    expect(tenantsOf(rig, rig.receive({ max: 2 }))).toEqual([NOISY, NOISY]);
    expect(rig.queue.isNoisy(NOISY)).toBe(false);
  });

  it("that a message does not name is its own and never noisy", () => {
    const rig = fairRig();
    rig.sendMany(1000);
    receiveMany(rig, 100);
    expect(rig.queue.noisyGroups).toBe(0);
    expect(rig.imbalance()).toBe(0);
  });
});

describe("delivery", () => {
  it("goes to quiet tenants first while they have anything", () => {
    const { rig } = withNoisyTenant();
    for (let tenant = 1; tenant <= 5; tenant += 1) rig.send({ group: tenant });
    rig.send();
    expect(tenantsOf(rig, rig.receive({ max: 8 }))).toEqual([1, 2, 3, 4, 5, NONE, NOISY, NOISY]);
  });

  it("of noisy tenants goes to the one with the fewest in flight", () => {
    const rig = fairRig();
    for (const tenant of [0, 1]) {
      rig.sendMany(100, { group: tenant });
    }
    receiveMany(rig, 40);
    const held = receiveMany(rig, 60);
    const inFlight = [0, 1].map((tenant) => tenantsOf(rig, held).filter((other) => other === tenant).length);
    expect(rig.queue.isNoisy(0)).toBe(true);
    expect(inFlight[1]).toBeGreaterThan(inFlight[0] ?? 0);
  });

  it("keeps the order of sending within a tenant", () => {
    const { rig, held } = withNoisyTenant();
    rig.sendMany(5, { group: 1 });
    const ids = [...held, ...receiveMany(rig, 100)].filter(({ message }) => rig.store.group[message] === NOISY).map(({ id }) => id);
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
  });

  it("gives a noisy tenant's returned message its place at that tenant's front", () => {
    const { rig, held } = withNoisyTenant();
    rig.receive({ max: 1 });
    rig.change(held[0], 0);
    rig.send({ group: 1 });
    expect(rig.ids({ max: 2 })).toEqual([1001, 1]);
  });
});

describe("metrics of quiet groups", () => {
  it("leave the noisy ones out", () => {
    const { rig } = withNoisyTenant();
    rig.at(10 * SEC).send({ group: 1 });
    rig.send({ group: 2 });
    rig.send({ group: 3, delayMs: 60 * SEC });
    rig.send({ group: NOISY, delayMs: 60 * SEC });
    rig.receive({ max: 1 });
    rig.at(15 * SEC);
    const { noisyGroups, visibleInQuietGroups, inFlightInQuietGroups, delayedInQuietGroups } = rig.queue;
    expect({ noisyGroups, visibleInQuietGroups, inFlightInQuietGroups, delayedInQuietGroups }).toEqual({
      noisyGroups: 1,
      visibleInQuietGroups: 1,
      inFlightInQuietGroups: 1,
      delayedInQuietGroups: 1,
    });
    expect(rig.queue.ageOfOldestInQuietGroupsMs(rig.now)).toBe(5 * SEC);
    expect(rig.queue.ageOfOldestMs(rig.now)).toBe(15 * SEC);
  });
});

describe("under any sequence of commands a fair queue", () => {
  const command = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant("send" as const),
        group: fc.integer({ min: -1, max: 3 }),
        count: fc.integer({ min: 1, max: 60 }),
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant("receive" as const),
        max: fc.integer({ min: 1, max: 10 }),
        times: fc.integer({ min: 1, max: 8 }),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constantFrom("delete" as const, "release" as const),
        count: fc.integer({ min: 1, max: 40 }),
        from: fc.nat({ max: 200 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("advance" as const), ms: fc.constantFrom(1, SEC, 20 * SEC, 6 * MINUTE) }) },
  );

  it("loses nothing, never lets a noisy tenant go before a quiet one, and finds the noisy ones by the rules", () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60, size: "max" }), fc.constantFrom(0, 2, 5), (commands, maxReceiveCount) => {
        const rig = fairRig({ settings: { visibilityTimeoutMs: 60 * SEC, maxReceiveCount, retentionMs: 20 * MINUTE } });
        const held: HeldMessage[] = [];
        const groupOf = new Map<number, number>();
        for (const next of commands) {
          if (next.do === "send") {
            for (let sent = 0; sent < next.count; sent += 1) groupOf.set(rig.send(next.group < 0 ? {} : { group: next.group }), next.group);
          } else if (next.do === "receive") {
            for (let time = 0; time < next.times; time += 1) held.push(...receivesFairly(rig, next.max));
          } else if (next.do === "advance") {
            rig.after(next.ms);
          } else {
            for (const each of held.splice(next.from % Math.max(1, held.length), next.count)) {
              if (next.do === "delete") rig.delete(each);
              else rig.change(each, 0);
            }
          }
          expect(rig.imbalance()).toBe(0);
          expect(rig.queue.visibleInQuietGroups).toBeGreaterThanOrEqual(0);
          expect(rig.queue.inFlightInQuietGroups).toBeGreaterThanOrEqual(0);
        }
        for (const each of held) rig.delete(each);
        drains(rig);
      }),
      { numRuns: 200 },
    );
  });

  /** Receives, one message after the other, and holds each to the rules; a noisy tenant is one that was so before. */
  function receivesFairly(rig: QueueRig<FairQueue>, max: number): HeldMessage[] {
    const got: HeldMessage[] = [];
    for (let count = 0; count < max; count += 1) {
      const quietVisible = rig.queue.visibleInQuietGroups;
      const deadBefore = rig.queue.dead;
      const [held] = rig.receive({ max: 1 });
      if (held === undefined) break;
      const tenant = rig.store.group[held.message] ?? NONE;
      // Either it has become noisy just now and took its backlog out of the quiet ones', or there was nothing of theirs.
      if (rig.queue.isNoisy(tenant) && rig.queue.dead === deadBefore && quietVisible > 0) {
        expect(rig.queue.visibleInQuietGroups).toBeLessThan(quietVisible);
      }
      got.push(held);
    }
    return got;
  }

  function drains(rig: QueueRig<FairQueue>): void {
    rig.after(2 * MINUTE);
    while (rig.queue.visible > 0) for (const each of rig.receive()) rig.delete(each);
    expect(rig.queue).toMatchObject({ visible: 0, inFlight: 0, noisyGroups: 0 });
    expect(rig.imbalance()).toBe(0);
  }
});
