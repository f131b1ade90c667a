import { describe, expect, it } from "vitest";
import { fifoRig, standardRig, type QueueRig, type RigOptions } from "../../support/queue-rig.ts";

const SEC = 1000;
const DAY = 86_400 * SEC;

/** Receives and lets the timeouts end until everything is in the dead-letter queue. */
function letDie(rig: QueueRig): void {
  while (rig.queue.visible + rig.queue.inFlight > 0) {
    rig.receive({ visibilityMs: 1 });
    rig.after(1);
  }
}

function withDeadLetters(build: (options: RigOptions) => QueueRig, count: number, options: RigOptions = {}): QueueRig {
  const rig = build({ ...options, settings: { maxReceiveCount: 1, ...options.settings } });
  rig.sendMany(count, { group: 0 });
  letDie(rig);
  return rig;
}

const KINDS = [
  ["standard", standardRig],
  ["fifo", fifoRig],
] as const;

describe.each(KINDS)("the dead-letter queue of a %s queue", (_, build) => {
  it("is given a message at the receive after its last, which goes on to the next message", () => {
    const rig = build({ settings: { maxReceiveCount: 2 } });
    rig.send({ group: 1 });
    for (let time = 0; time < 2; time += 1) {
      expect(rig.ids({ visibilityMs: SEC })).toEqual([1]);
      rig.after(100 * SEC);
    }
    rig.send({ group: 1 });
    expect(rig.deadLetters.visible).toBe(0);
    expect(rig.ids()).toEqual([2]);
    expect(rig.deadLetters).toMatchObject({ visible: 1, sent: 0, movedIn: 1 });
    expect(rig.imbalance()).toBe(0);
  });

  it("tells an age that counts from the move", () => {
    const rig = build({ settings: { maxReceiveCount: 1 } });
    rig.send({ group: 0 });
    rig.receive({ visibilityMs: SEC });
    rig.at(50 * SEC).receive();
    expect(rig.at(150 * SEC).deadLetters.ageOfOldestMs(rig.now)).toBe(100 * SEC);
  });

  it("hands its messages back, as new ones, at the rate asked for", () => {
    const rig = withDeadLetters(build, 10);
    const startedAt = rig.after(3600 * SEC).now;
    expect(rig.deadLetters.startMoveTask(rig.queue, 4, rig.now)).toBe(true);
    expect(rig.deadLetters.startMoveTask(rig.queue, 4, rig.now)).toBe(false);
    rig.at(startedAt);
    expect(rig.queue.visible).toBe(1);
    rig.at(startedAt + SEC);
    expect(rig.queue.visible).toBe(5);
    expect(rig.deadLetters.moveTask).toMatchObject({ state: "running", moved: 5, toMove: 10 });
    rig.at(startedAt + 3 * SEC);
    expect(rig.deadLetters.moveTask).toMatchObject({ state: "completed", moved: 10 });
    expect(rig.deadLetters).toMatchObject({ visible: 0, movedOut: 10 });
    expect(rig.queue).toMatchObject({ sent: 10, movedIn: 10 });
    expect(rig.queue.ageOfOldestMs(rig.now)).toBe(3 * SEC);
    expect(rig.ids().sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(rig.imbalance()).toBe(0);
  });

  it("moves 500 messages a second at most", () => {
    const rig = withDeadLetters(build, 1000);
    expect(() => rig.deadLetters.startMoveTask(rig.queue, 501, rig.now)).toThrow("1 to 500 messages a second");
    rig.deadLetters.startMoveTask(rig.queue, 500, rig.now);
    rig.after(SEC - 1);
    expect(rig.queue.visible).toBe(500);
  });

  it("stops when told to, and can then be asked again", () => {
    const rig = withDeadLetters(build, 10);
    expect(rig.deadLetters.cancelMoveTask()).toBe(false);
    rig.deadLetters.startMoveTask(rig.queue, 1, rig.now);
    rig.after(3 * SEC);
    expect(rig.deadLetters.cancelMoveTask()).toBe(true);
    rig.after(10 * SEC);
    expect(rig.queue.visible).toBe(4);
    expect(rig.deadLetters.startMoveTask(rig.queue, 500, rig.now)).toBe(true);
    rig.after(SEC);
    expect(rig.queue.visible).toBe(10);
  });

  it("does not let a message die again before it has had all its receives anew", () => {
    const rig = withDeadLetters(build, 1, { settings: { maxReceiveCount: 2 } });
    rig.deadLetters.startMoveTask(rig.queue, 500, rig.now);
    for (let time = 0; time < 2; time += 1) {
      expect(rig.after(40 * SEC).ids()).toEqual([1]);
    }
    expect(rig.after(40 * SEC).ids()).toEqual([]);
    expect(rig.queue.dead).toBe(2);
  });
});

describe("retention in a dead-letter queue", () => {
  const options = { settings: { maxReceiveCount: 1 }, deadLetterSettings: { retentionMs: 4 * DAY } };

  it("of a standard queue counts from the send: after a day in the source three of four are left", () => {
    const rig = standardRig(options);
    rig.send();
    rig.at(DAY - SEC).receive({ visibilityMs: SEC });
    rig.at(DAY).receive();
    expect(rig.deadLetters.visible).toBe(1);
    expect(rig.at(4 * DAY - 1).deadLetters.visible).toBe(1);
    expect(rig.at(4 * DAY).deadLetters.expired).toBe(1);
  });

  it("of a FIFO queue counts from the move", () => {
    const rig = fifoRig(options);
    rig.send({ group: 0 });
    rig.at(DAY - SEC).receive({ visibilityMs: SEC });
    rig.at(DAY).receive();
    expect(rig.at(5 * DAY - 1).deadLetters.visible).toBe(1);
    expect(rig.at(5 * DAY).deadLetters.expired).toBe(1);
  });

  it("removes an older message that came later in time", () => {
    const rig = standardRig({ ...options, settings: { maxReceiveCount: 1, retentionMs: 10 * DAY } });
    rig.send();
    rig.at(2 * DAY).send();
    const [older] = rig.receive({ max: 1 });
    rig.receive({ visibilityMs: SEC });
    rig.change(older, DAY / 4);
    rig.after(2 * SEC).receive();
    expect(rig.deadLetters.visible).toBe(1);
    rig.after(DAY / 4).receive();
    expect(rig.deadLetters.visible).toBe(2);
    expect(rig.at(4 * DAY).deadLetters).toMatchObject({ visible: 1, expired: 1 });
    expect(rig.at(6 * DAY).deadLetters).toMatchObject({ visible: 0, expired: 2 });
  });

  it("shorter than the message's age removes it as soon as it arrives", () => {
    const rig = standardRig({ settings: { maxReceiveCount: 1, retentionMs: 10 * DAY }, deadLetterSettings: { retentionMs: DAY } });
    rig.send();
    rig.at(2 * DAY).receive({ visibilityMs: SEC });
    rig.after(SEC).receive();
    expect(rig.deadLetters).toMatchObject({ movedIn: 1, expired: 1, visible: 0 });
  });
});
