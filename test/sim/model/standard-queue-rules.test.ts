import { describe, expect, it } from "vitest";
import { RandomStream } from "../../../sim/kernel/random.ts";
import { RareEvent } from "../../../sim/kernel/rare-event.ts";
import { CHANGED, DELETED, HANDLE_OLD, OVER_LIMIT, PAST_CAP } from "../../../sim/model/queue-model.ts";
import type { DeliveryChances } from "../../../sim/model/queue.ts";
import { fairRig, standardRig } from "../../support/queue-rig.ts";
import { binomialBounds } from "../../support/binomial.ts";

const SEC = 1000;
const HOUR = 3600 * SEC;

function chances(given: Partial<DeliveryChances>, name = "chances"): DeliveryChances {
  return {
    stream: new RandomStream(7, name),
    duplicateProbability: 0,
    disorderProbability: 0,
    falseEmptyProbability: 0,
    shortPollSeesLeast: 1,
    shortPollSeesMost: 1,
    ...given,
  };
}

describe("the visibility timeout", () => {
  it("ends 12 hours after the receive at the latest; a longer extension is an error and changes nothing", () => {
    const rig = standardRig();
    rig.send();
    const [held] = rig.receive();
    rig.at(10 * SEC);
    expect(rig.change(held, 12 * HOUR)).toBe(PAST_CAP);
    expect(rig.change(held, 12 * HOUR - 10 * SEC)).toBe(CHANGED);
    expect(rig.at(12 * HOUR - 1).queue.inFlight).toBe(1);
    expect(rig.change(held, 2)).toBe(PAST_CAP);
    expect(rig.at(12 * HOUR).queue.visible).toBe(1);
  });

  it("has its 12 hours also after weeks, when the time of the receive no longer fits 32 bits", () => {
    const rig = standardRig({ settings: { retentionMs: 1_209_600 * SEC } }).at(60 * 24 * HOUR);
    rig.send();
    const [held] = rig.receive();
    rig.after(20 * SEC);
    expect(rig.change(held, 12 * HOUR - 20 * SEC)).toBe(CHANGED);
    expect(rig.change(held, 12 * HOUR - 20 * SEC + 1)).toBe(PAST_CAP);
  });

  it("that a receive asks for holds for all its messages, also when it had to wait for them", () => {
    const rig = standardRig();
    rig.poll({ visibilityMs: 5 * SEC });
    rig.send();
    expect(rig.at(5 * SEC - 1).queue.inFlight).toBe(1);
    expect(rig.at(5 * SEC).queue.visible).toBe(1);
  });

  it("of 0 hands a message out and leaves it visible", () => {
    const rig = standardRig();
    rig.send();
    expect(rig.ids({ visibilityMs: 0 })).toEqual([1]);
    expect(rig.queue.visible).toBe(1);
    expect(rig.ids()).toEqual([1]);
  });
});

describe("at the quota of messages in flight", () => {
  const settings = { inFlightQuota: 3 };

  it("a receive gets what is left of it, and a short poll then fails with OverLimit", () => {
    const rig = standardRig({ settings });
    rig.sendMany(5);
    expect(rig.ids()).toEqual([1, 2, 3]);
    expect(rig.answerOf(rig.poll({ waitMs: 0 }))).toBe(OVER_LIMIT);
    expect(rig.queue.refusedReceives).toBe(1);
  });

  it("a long poll waits until fewer are in flight", () => {
    const rig = standardRig({ settings });
    rig.sendMany(5);
    const held = rig.receive();
    const call = rig.poll();
    expect(rig.answerOf(call)).toBeUndefined();
    rig.delete(held[1]);
    expect(rig.answerOf(call)).toMatchObject([{ id: 4 }]);
  });
});

describe("a poison pill", () => {
  /** Sends the pill at 0 and another message half a second later, and receives the pill so many times, a second each. */
  function receivedTimes(times: number, maxReceiveCount: number) {
    const rig = standardRig({ settings: { maxReceiveCount } });
    rig.send();
    for (let time = 0; time < times; time += 1) {
      expect(rig.ids({ max: 1, visibilityMs: SEC })).toEqual([1]);
      if (time === 0) rig.after(SEC / 2).send();
      rig.at((time + 1) * SEC);
    }
    return rig;
  }

  it("goes to the back and leaves the age metric after three receives where four or more are allowed, or any number", () => {
    for (const maxReceiveCount of [0, 4, 10]) {
      const rig = receivedTimes(3, maxReceiveCount);
      expect(rig.queue.ageOfOldestMs(rig.now), `maxReceiveCount ${maxReceiveCount}`).toBe(2.5 * SEC);
      expect(rig.ids()).toEqual([2, 1]);
    }
  });

  it("keeps its place and its age where three receives are all it gets", () => {
    const rig = receivedTimes(3, 3);
    expect(rig.queue.ageOfOldestMs(rig.now)).toBe(3 * SEC);
    expect(rig.ids()).toEqual([2]);
    expect(rig.queue.dead).toBe(1);
  });

  it("keeps both while it has been received twice", () => {
    const rig = receivedTimes(2, 10);
    expect(rig.queue.ageOfOldestMs(rig.now)).toBe(2 * SEC);
    expect(rig.ids()).toEqual([1, 2]);
  });
});

describe("short polls", () => {
  const seesSome = { shortPollSeesLeast: 0.3, shortPollSeesMost: 0.8 };

  function countsOf(depth: number, polls: number): number[] {
    const rig = standardRig({ chances: chances(seesSome, `depth ${depth}`) });
    rig.sendMany(depth);
    return Array.from({ length: polls }, () => rig.ids({ visibilityMs: 0 }).length);
  }

  it("may come back empty though a message is there, at the stated rate", () => {
    const found = countsOf(1, 2000).filter((count) => count === 1).length;
    const { least, most } = binomialBounds(2000, 0.3 + 0.5 / 1000);
    expect(found).toBeGreaterThanOrEqual(least);
    expect(found).toBeLessThanOrEqual(most);
  });

  it("bring less than asked for below 1,000 messages, and fill their batch from there on", () => {
    const shallow = countsOf(500, 300);
    expect(Math.max(...shallow)).toBeLessThanOrEqual(10);
    expect(shallow.filter((count) => count < 10).length).toBeGreaterThan(270);
    expect(new Set(countsOf(1000, 50))).toEqual(new Set([10]));
  });

  it("count their false empties as empty receives, and long polls see everything", () => {
    const rig = standardRig({ chances: chances({ shortPollSeesLeast: 0, shortPollSeesMost: 0 }) });
    rig.send();
    expect(rig.ids()).toEqual([]);
    expect(rig.queue.emptyReceives).toBe(1);
    expect(rig.ids({ waitMs: SEC })).toEqual([1]);
  });
});

describe("long polls", () => {
  it("rarely see nothing, and then wait in vain; the fewer the longer they wait", () => {
    const rig = standardRig({ chances: chances({ falseEmptyProbability: 1 }) });
    rig.send();
    const call = rig.poll({ waitMs: SEC });
    rig.send();
    expect(rig.at(SEC - 1).answerOf(call)).toBeUndefined();
    expect(rig.at(SEC).answerOf(call)).toEqual([]);
    const found = Array.from({ length: 2000 }, () => rig.answerOf(rig.poll({ waitMs: 20 * SEC, visibilityMs: 0 }))).filter(
      (got) => got !== undefined,
    ).length;
    const { least, most } = binomialBounds(2000, 0.95);
    expect(found).toBeGreaterThanOrEqual(least);
    expect(found).toBeLessThanOrEqual(most);
  });

  it("that see nothing can be given up", () => {
    const rig = standardRig({ chances: chances({ falseEmptyProbability: 1 }) });
    rig.send();
    rig.queue.pollAborted(rig.poll({ waitMs: SEC }));
    expect(rig.at(5 * SEC).answers).toEqual([]);
    expect(rig.ids()).toEqual([1]);
  });
});

describe("duplicates", () => {
  it("a message is handed to two consumers; the first one's handle is then old", () => {
    const rig = standardRig({ chances: chances({ duplicateProbability: 1 }) });
    rig.send();
    const [first] = rig.receive();
    const [second] = rig.receive();
    expect(second?.message).toBe(first?.message);
    expect(rig.delete(first)).toBe(HANDLE_OLD);
    expect(rig.imbalance()).toBe(0);
  });

  it("a deleted message is delivered again when its visibility timeout has ended", () => {
    const rig = standardRig({ chances: chances({ duplicateProbability: 1e-9 }) });
    const survives = standardRig({ chances: chances({ duplicateProbability: 1 }) });
    for (const each of [rig, survives]) {
      each.send();
      const [held] = each.receive();
      expect(each.delete(held)).toBe(DELETED);
      expect(each.delete(held)).toBe(HANDLE_OLD);
      each.after(60 * SEC);
    }
    expect(rig.ids()).toEqual([]);
    expect(survives.ids()).toEqual([1]);
    expect(survives.queue).toMatchObject({ sent: 1, deleted: 1, duplicated: 1 });
    expect(survives.imbalance()).toBe(0);
  });

  it("come at the stated rate", () => {
    for (const probability of [1e-3, 0.1, 1]) {
      const event = new RareEvent(new RandomStream(3, `rate ${probability}`), probability);
      let happened = 0;
      for (let occasion = 0; occasion < 200_000; occasion += 1) if (event.happens()) happened += 1;
      const { least, most } = binomialBounds(200_000, probability);
      expect(happened).toBeGreaterThanOrEqual(least);
      expect(happened).toBeLessThanOrEqual(most);
    }
  });
});

describe("best-effort order", () => {
  it("lets a message overtake ten others at most", () => {
    const rig = standardRig({ chances: chances({ disorderProbability: 0.5 }) });
    rig.sendMany(200);
    const order = Array.from({ length: 20 }, () => rig.ids()).flat();
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
    const overtaken = order.map((id, place) => order.slice(0, place).filter((other) => other > id).length);
    const overtook = order.map((id, place) => order.slice(place + 1).filter((other) => other < id).length);
    expect(Math.max(...overtook)).toBeLessThanOrEqual(10);
    expect(Math.max(...overtaken)).toBeGreaterThan(0);
  });
});

describe("a payload", () => {
  it("is billed by chunks of 64 KiB: each send, and each answer with all that it holds", () => {
    const rig = standardRig();
    rig.send({ sizeKib: 1 });
    rig.send({ sizeKib: 64 });
    rig.send({ sizeKib: 65 });
    rig.send({ sizeKib: 1024 });
    expect(rig.queue.billedSends).toBe(1 + 1 + 2 + 16);
    rig.receive({ max: 3 });
    expect(rig.queue.billedReceives).toBe(3);
    rig.receive();
    rig.receive();
    expect(rig.queue.billedReceives).toBe(3 + 16 + 1);
  });
});

describe("a purge", () => {
  it("removes everything, in flight and delayed as well, and can be repeated only after 60 s", () => {
    for (const rig of [standardRig(), fairRig()]) {
      rig.sendMany(3, { group: 2 });
      rig.send({ delayMs: 5 * SEC });
      const [held] = rig.receive({ max: 1 });
      expect(rig.queue.purge(rig.now)).toBe(true);
      expect(rig.queue).toMatchObject({ visible: 0, inFlight: 0, delayed: 0, purged: 4 });
      expect(rig.delete(held)).toBe(HANDLE_OLD);
      rig.send();
      expect(rig.queue.purge(rig.after(59 * SEC).now)).toBe(false);
      expect(rig.queue.visible).toBe(1);
      expect(rig.queue.purge(rig.after(SEC).now)).toBe(true);
      expect(rig.imbalance()).toBe(0);
    }
  });
});

describe("attributes", () => {
  it("a shorter retention removes what is already too old, a longer one keeps it", () => {
    const rig = standardRig({ settings: { retentionMs: 1000 * SEC } });
    rig.send();
    rig.at(500 * SEC).send();
    rig.queue.setAttributes({ retentionMs: 300 * SEC }, rig.now);
    rig.at(500 * SEC);
    expect(rig.queue.expired).toBe(1);
    rig.queue.setAttributes({ retentionMs: 2000 * SEC }, rig.now);
    expect(rig.at(2499 * SEC).queue.visible).toBe(1);
    expect(rig.at(2500 * SEC).queue.expired).toBe(2);
  });

  it("a new delay of a standard queue holds for messages sent from then on", () => {
    const rig = standardRig({ settings: { delayMs: 10 * SEC } });
    rig.send();
    rig.queue.setAttributes({ delayMs: 0 }, rig.now);
    rig.send();
    expect(rig.queue).toMatchObject({ visible: 1, delayed: 1 });
  });
});
