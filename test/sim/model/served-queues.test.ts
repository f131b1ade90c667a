import { describe, expect, it } from "vitest";
import { RandomStream } from "../../../sim/kernel/random.ts";
import { TickCalendar } from "../../../sim/kernel/tick-calendar.ts";
import { FifoQueue } from "../../../sim/model/fifo-queue.ts";
import { MessageStore, traitsOf } from "../../../sim/model/message-store.ts";
import { Queue } from "../../../sim/model/queue.ts";
import { fifoRig, standardRig } from "../../support/queue-rig.ts";

const SEC = 1000;
const CHANCES = { falseEmptyProbability: 0, shortPollSeesLeast: 1, shortPollSeesMost: 1 };

/** What a queue can be asked to become while it is in use, as servers need it. */
describe.each([
  ["standard", standardRig],
  ["fifo", fifoRig],
] as const)("a %s queue in use", (_, build) => {
  it("gets, changes and loses its redrive policy", () => {
    const rig = build({ settings: { maxReceiveCount: 0 } });
    rig.send({ group: 0 });
    const attempt = () => {
      const ids = rig.ids({ visibilityMs: SEC });
      rig.after(SEC);
      return ids;
    };
    expect([attempt(), attempt()]).toEqual([[1], [1]]);
    rig.queue.setRedrive(rig.deadLetters, 3);
    expect(attempt()).toEqual([1]);
    rig.queue.setRedrive(undefined, 3);
    expect(attempt()).toEqual([1]);
    rig.queue.setRedrive(rig.deadLetters, 4);
    expect(attempt()).toEqual([]);
    expect(rig.deadLetters.visible).toBe(1);
    expect(rig.imbalance()).toBe(0);
  });

  it("counts ages from the move once it holds dead letters, and from the send for what is sent to it", () => {
    const rig = build();
    rig.send({ group: 0 });
    rig.after(10 * SEC);
    rig.queue.holdDeadLetters();
    expect(rig.queue.ageOfOldestMs(rig.now)).toBe(10 * SEC);
    rig.delete(rig.receive()[0]);
    rig.after(10 * SEC);
    rig.send({ group: 0 });
    expect(rig.after(SEC).queue.ageOfOldestMs(rig.now)).toBe(SEC);
    const dead = rig.store.add(rig.now - 60 * SEC, 99, traitsOf(0, false, 1));
    rig.store.keepGroups();
    rig.store.group[dead] = 1;
    rig.queue.adopt(dead, rig.now, "dead letter");
    expect(rig.after(SEC).queue.ageOfOldestMs(rig.now)).toBe(2 * SEC);
  });

  it("discards everything, a move task too", () => {
    const rig = build({ settings: { maxReceiveCount: 1 } });
    rig.sendMany(3, { group: 0 });
    rig.receive({ max: 1 });
    rig.queue.startMoveTask(rig.deadLetters, 1, rig.now);
    rig.queue.discard(rig.now);
    expect(rig.queue).toMatchObject({ visible: 0, inFlight: 0, purged: 3, moveTask: { state: "cancelled" } });
    rig.after(60 * SEC);
    expect(rig.deadLetters.visible).toBe(0);
    expect(rig.imbalance()).toBe(0);
  });

  it("fails a move task at the first message that may not be handed over, and keeps it", () => {
    const rig = build();
    rig.sendMany(3, { group: 0 });
    const adopted: number[] = [];
    const taker = {
      accepts: (message: number) => rig.store.serviceMs[message] !== 2,
      adopt: (message: number, now: number, as: "new" | "dead letter") => {
        adopted.push(rig.store.serviceMs[message] ?? 0);
        rig.deadLetters.adopt(message, now, as);
      },
    };
    rig.queue.startMoveTask(taker, 500, rig.now);
    rig.after(SEC);
    expect(adopted).toEqual([1]);
    expect(rig.queue).toMatchObject({ visible: 2, movedOut: 1, moveTask: { state: "failed", moved: 1 } });
    expect(rig.queue.startMoveTask(rig.deadLetters, 500, rig.now)).toBe(true);
    rig.after(SEC);
    expect(rig.queue).toMatchObject({ visible: 0, moveTask: { state: "completed" } });
    expect(rig.imbalance()).toBe(0);
  });

  it("names itself in the events that concern it as a whole", () => {
    const calendar = new TickCalendar();
    const options = {
      calendar,
      store: new MessageStore(),
      settings: { visibilityTimeoutMs: SEC, retentionMs: 60 * SEC, delayMs: 0, maxReceiveCount: 0 },
      events: { visibilityEnded: 1, delayEnded: 2, moveDue: 4, retentionEnded: 64, pollsEnded: 66, queue: 5 },
      consumer: { receiveAnswered: () => undefined },
    };
    const queue = build === standardRig ? new Queue(options) : new FifoQueue(options);
    const message = options.store.add(0, 0, traitsOf(0, false, 1));
    options.store.keepGroups();
    options.store.group[message] = 0;
    queue.send(message, 0);
    queue.startMoveTask(queue, 1, 0);
    const other = build === standardRig ? new Queue(options) : new FifoQueue(options);
    other.receive(0, 1, SEC, 0);
    const due: string[] = [];
    while (calendar.advance(60 * SEC)) due.push(`${calendar.kind} of ${calendar.subject}`);
    expect(due).toEqual(["4 of 5", "66 of 5", "64 of 5"]);
  });
});

describe("a standard queue in use", () => {
  it("begins to deliver twice and out of order, and ceases to", () => {
    const rig = standardRig();
    rig.sendMany(10);
    rig.queue.setChances({ ...CHANCES, stream: new RandomStream(1, "delivery"), duplicateProbability: 1, disorderProbability: 0 });
    const twice = rig.receive({ visibilityMs: 10 * SEC });
    rig.after(0);
    expect(rig.queue.visible).toBe(10);
    for (const held of twice) expect(rig.delete(held)).toBe(1);
    expect(rig.queue).toMatchObject({ visible: 10, deleted: 10, duplicated: 10 });
    rig.queue.setChances(undefined);
    for (const held of rig.receive()) rig.delete(held);
    expect(rig.queue).toMatchObject({ visible: 0, inFlight: 0, deleted: 20, duplicated: 10 });
  });

  it("keeps a message at its place that was received often, while it holds dead letters", () => {
    const rig = standardRig();
    rig.queue.holdDeadLetters();
    rig.sendMany(2);
    for (let time = 0; time < 4; time += 1) {
      expect(rig.ids({ max: 1, visibilityMs: SEC })).toEqual([1]);
      rig.after(SEC);
    }
  });
});

describe("a FIFO queue in use", () => {
  it("changes the scope in which it deduplicates", () => {
    const { queue } = fifoRig();
    expect(queue.deduplicate({ id: "d", group: 0, tag: 1 }, 0)).toBeUndefined();
    expect(queue.deduplicate({ id: "d", group: 1, tag: 2 }, 0)).toBe(1);
    queue.setDedupScope("group");
    expect(queue.deduplicate({ id: "d", group: 1, tag: 3 }, 0)).toBeUndefined();
    expect(queue.deduplicate({ id: "d", group: 1, tag: 4 }, 0)).toBe(3);
  });
});
