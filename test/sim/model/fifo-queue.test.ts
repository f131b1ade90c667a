import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { traitsOf } from "../../../sim/model/message-store.ts";
import { CHANGED, DELETED, HANDLE_EXPIRED, HANDLE_OLD, NOT_IN_FLIGHT, THROTTLED } from "../../../sim/model/queue-model.ts";
import { fifoRig, type HeldMessage } from "../../support/queue-rig.ts";

const SEC = 1000;
const MINUTE = 60 * SEC;

describe("the order of a FIFO queue", () => {
  const fate = fc.constantFrom("delete", "delete", "release", "expire");
  const step = fc.record({
    max: fc.integer({ min: 1, max: 10 }),
    fates: fc.array(fate, { minLength: 10, maxLength: 10 }),
    ms: fc.nat({ max: 3000 }),
  });

  it("is that of sending within each group, and none of a group is delivered while another is in flight, whatever becomes of them", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 60, size: "max" }),
        fc.array(step, { minLength: 1, maxLength: 80, size: "max" }),
        (groups, steps) => {
          const rig = fifoRig({ settings: { visibilityTimeoutMs: 2 * SEC } });
          const alive = new Map(groups.map((group) => [rig.send({ group }), { group, inFlightUntil: 0 }]));
          for (const { max, fates, ms } of steps) {
            const held = rig.receive({ max });
            for (const group of new Set(groups)) {
              const ofGroup = [...alive].filter(([, message]) => message.group === group);
              const ids = held.map(({ id }) => id).filter((id) => alive.get(id)?.group === group);
              expect(ids).toEqual(ofGroup.slice(0, ids.length).map(([id]) => id));
              if (ids.length > 0) expect(ofGroup.every(([, { inFlightUntil }]) => inFlightUntil <= rig.now)).toBe(true);
            }
            held.forEach((each, place) => {
              const message = alive.get(each.id);
              if (message !== undefined) message.inFlightUntil = fates[place] === "expire" ? rig.now + 2 * SEC : 0;
              if (fates[place] === "release") rig.change(each, 0);
              if (fates[place] !== "delete") return;
              expect(rig.delete(each)).toBe(DELETED);
              alive.delete(each.id);
            });
            rig.after(ms);
          }
          expect(rig.imbalance()).toBe(0);
        },
      ),
    );
  });
});

describe("a receive", () => {
  it("fills its batch from one group, then from others", () => {
    const rig = fifoRig();
    for (const group of [1, 2, 1, 2, 1, 3]) rig.send({ group });
    expect(rig.ids({ max: 5 })).toEqual([1, 3, 5, 2, 4]);
    expect(rig.ids()).toEqual([6]);
  });

  it("gets nothing of a group while one of its messages is in flight, and counts the rest as visible", () => {
    const rig = fifoRig();
    rig.sendMany(3, { group: 1 });
    const [first] = rig.receive({ max: 1 });
    expect(rig.ids()).toEqual([]);
    expect(rig.queue).toMatchObject({ visible: 2, inFlight: 1, groupsInFlight: 1 });
    rig.delete(first);
    expect(rig.ids()).toEqual([2, 3]);
  });

  it("that waits is answered when its group is free again, by a delete, a release, an expiry or a death", () => {
    const ways: ((rig: ReturnType<typeof fifoRig>, held: HeldMessage | undefined) => void)[] = [
      (rig, held) => void rig.delete(held),
      (rig, held) => void rig.change(held, 0),
      (rig) => void rig.after(30 * SEC),
    ];
    for (const way of ways) {
      const rig = fifoRig({ settings: { visibilityTimeoutMs: 10 * SEC } });
      rig.sendMany(2, { group: 1 });
      const [first] = rig.receive({ max: 1 });
      const call = rig.poll();
      expect(rig.answerOf(call)).toBeUndefined();
      way(rig, first);
      expect(rig.answerOf(call)).not.toHaveLength(0);
    }
    const rig = fifoRig({ settings: { retentionMs: 70 * SEC, visibilityTimeoutMs: 600 * SEC } });
    rig.send({ group: 1 });
    rig.receive();
    rig.at(60 * SEC).send({ group: 1 });
    const call = rig.poll();
    expect(rig.at(70 * SEC).answerOf(call)).toMatchObject([{ id: 2 }]);
  });

  it("takes at the quota of messages in flight what is left of it, then nothing, without an error", () => {
    const rig = fifoRig({ settings: { inFlightQuota: 2 } });
    for (const group of [1, 2, 3]) rig.send({ group });
    const [first] = rig.receive();
    expect(rig.queue.inFlight).toBe(2);
    expect(rig.ids()).toEqual([]);
    const call = rig.poll();
    rig.delete(first);
    expect(rig.answerOf(call)).toMatchObject([{ id: 3 }]);
  });

  it("serves the group that has been ready for the longest time", () => {
    const rig = fifoRig();
    for (const group of [1, 1, 2, 2, 3]) rig.send({ group });
    const [first] = rig.receive({ max: 1 });
    rig.delete(first);
    expect(rig.ids({ max: 1 })).toEqual([3]);
    expect(rig.ids({ max: 1 })).toEqual([5]);
    expect(rig.ids({ max: 1 })).toEqual([2]);
  });
});

describe("a message that failed", () => {
  it("blocks its group until it dies, and the next one proceeds", () => {
    const rig = fifoRig({ settings: { maxReceiveCount: 2, visibilityTimeoutMs: SEC } });
    rig.sendMany(3, { group: 1 });
    for (let time = 0; time < 2; time += 1) {
      expect(rig.ids({ max: 1 })).toEqual([1]);
      rig.after(SEC);
    }
    expect(rig.ids({ max: 1 })).toEqual([2]);
    expect(rig.deadLetters.visible).toBe(1);
  });

  it("stays in the age metric however often it was received", () => {
    const rig = fifoRig({ settings: { visibilityTimeoutMs: SEC, maxReceiveCount: 100 } });
    rig.send({ group: 1 });
    for (let time = 0; time < 5; time += 1) rig.at(time * SEC).receive();
    expect(rig.queue.ageOfOldestMs(rig.at(5 * SEC).now)).toBe(5 * SEC);
  });

  it("comes back before those of its batch that failed with it, in the order of sending", () => {
    const rig = fifoRig();
    rig.sendMany(4, { group: 1 });
    const held = rig.receive({ max: 3 });
    rig.change(held[2], 0);
    rig.change(held[0], 0);
    expect(rig.ids()).toEqual([]);
    rig.change(held[1], 0);
    expect(rig.ids()).toEqual([1, 2, 3, 4]);
  });
});

describe("a handle", () => {
  it("fails once its visibility timeout has ended, and stays void after the next receive", () => {
    const rig = fifoRig({ settings: { visibilityTimeoutMs: SEC } });
    rig.send({ group: 1 });
    const [held] = rig.receive();
    rig.after(SEC);
    expect(rig.delete(held)).toBe(HANDLE_EXPIRED);
    expect(rig.change(held, 5 * SEC)).toBe(NOT_IN_FLIGHT);
    const [again] = rig.receive();
    expect(rig.delete(held)).toBe(HANDLE_OLD);
    expect(rig.change(again, 5 * SEC)).toBe(CHANGED);
    expect(rig.delete(again)).toBe(DELETED);
  });
});

describe("deduplication", () => {
  it("holds for 5 minutes from the first send, also after the message was deleted", () => {
    const { queue } = fifoRig();
    expect(queue.deduplicate({ id: "a", group: 1, tag: 11 }, 0)).toBeUndefined();
    expect(queue.deduplicate({ id: "a", group: 2, tag: 12 }, 4 * MINUTE)).toBe(11);
    expect(queue.deduplicate({ id: "b", group: 1, tag: 13 }, 4 * MINUTE)).toBeUndefined();
    expect(queue.deduplicate({ id: "a", group: 1, tag: 14 }, 5 * MINUTE)).toBeUndefined();
    expect(queue.deduplicate({ id: "a", group: 1, tag: 15 }, 6 * MINUTE)).toBe(14);
    expect(queue.deduplicated).toBe(2);
  });

  it("is by group where its scope is the group", () => {
    const { queue } = fifoRig({ dedupScope: "group" });
    expect(queue.deduplicate({ id: "a", group: 1, tag: 11 }, 0)).toBeUndefined();
    expect(queue.deduplicate({ id: "a", group: 2, tag: 12 }, 0)).toBeUndefined();
    expect(queue.deduplicate({ id: "a", group: 2, tag: 13 }, 0)).toBe(12);
  });
});

describe("a receive that is attempted again", () => {
  it("within 5 minutes gets the same messages and handles, with their timeouts begun anew", () => {
    const rig = fifoRig({ settings: { visibilityTimeoutMs: 30 * SEC } });
    rig.sendMany(2, { group: 1 });
    const attempt = (call: number) => {
      rig.queue.receiveAttempt("x", { call, maxMessages: 10, waitMs: 0 }, rig.now);
      return rig.answerOf(call);
    };
    const first = attempt(1001);
    rig.after(20 * SEC);
    expect(attempt(1002)).toEqual(first);
    expect(rig.after(20 * SEC).queue.inFlight).toBe(2);
    expect(rig.queue.received).toBe(4);
    rig.delete((first as HeldMessage[])[0]);
    expect(attempt(1003)).toMatchObject([{ id: 2 }]);
    rig.after(30 * SEC);
    expect(attempt(1004)).not.toEqual(first);
  });

  it("remembers what a long poll waited for, and nothing of one that ended empty", () => {
    const rig = fifoRig();
    rig.queue.receiveAttempt("x", { call: 1001, maxMessages: 1, waitMs: SEC }, rig.now);
    rig.after(SEC);
    rig.queue.receiveAttempt("x", { call: 1001, maxMessages: 1, waitMs: SEC }, rig.now);
    rig.send({ group: 1 });
    rig.queue.receiveAttempt("x", { call: 1002, maxMessages: 1, waitMs: 0 }, rig.now);
    expect(rig.answers.map(({ got }) => (got as HeldMessage[]).map(({ id }) => id))).toEqual([[], [1], [1]]);
  });
});

describe("the limit on calls", () => {
  const limits = { callsPerSec: 300, groupCallsPerSec: 0, messagesPerSend: 1 };

  it("refuses receives and deletes beyond 300 a second, each for itself", () => {
    const rig = fifoRig({ limits });
    const refused = (ask: () => boolean, times: number): number =>
      Array.from({ length: times }, ask).filter((isRefused) => isRefused).length;
    expect(refused(() => rig.answerOf(rig.poll({ waitMs: 0 })) === THROTTLED, 400)).toBe(100);
    expect(refused(() => !rig.queue.admitDelete(rig.now), 400)).toBe(100);
    rig.after(SEC / 2);
    expect(refused(() => !rig.queue.admitDelete(rig.now), 400)).toBe(250);
  });

  it("lets sends wait their turn", () => {
    const rig = fifoRig({ limits });
    const message = rig.store.add(0, 1, traitsOf(0, false, 1));
    rig.store.group[message] = 1;
    const times = Array.from({ length: 900 }, () => rig.queue.admitSend(message, 0));
    expect(times.filter((at) => at === 0)).toHaveLength(300);
    expect(times.at(-1)).toBe(2 * SEC);
  });

  it("lets through ten times as many in batches of ten, and 300 to one group in high-throughput mode", () => {
    const rig = fifoRig({ limits: { callsPerSec: 3000, groupCallsPerSec: 300, messagesPerSend: 10 } });
    const message = rig.store.add(0, 1, traitsOf(0, false, 1));
    rig.store.group[message] = 1;
    const times = Array.from({ length: 6000 }, () => rig.queue.admitSend(message, 0));
    expect(times.filter((at) => at === 0)).toHaveLength(3000);
    expect(times.at(-1)).toBe(SEC);
  });
});

describe("delay", () => {
  it("is one for all messages, and a new one holds for those that wait already", () => {
    const rig = fifoRig({ settings: { delayMs: 60 * SEC } });
    rig.send({ group: 1 });
    rig.after(SEC).send({ group: 1 });
    expect(() => rig.send({ group: 1, delayMs: SEC })).toThrow("one delay for all");
    rig.queue.setAttributes({ delayMs: 10 * SEC }, rig.now);
    expect(rig.at(10 * SEC).queue).toMatchObject({ visible: 1, delayed: 1 });
    expect(rig.at(11 * SEC).ids()).toEqual([1, 2]);
    expect(rig.imbalance()).toBe(0);
  });
});
