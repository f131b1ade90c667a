import { describe, expect, it } from "vitest";
import { unaccounted } from "../../../sim/model/queue-model.ts";
import { QueueWorld } from "../../support/queue-world.ts";

const DAY_SEC = 86_400;

describe("visibility", () => {
  it("hides a message from its receive on, and ends after the timeout", () => {
    const world = new QueueWorld({ visibilityTimeoutMs: 30_000 });
    world.send();
    expect(world.receive()).toHaveLength(1);
    expect(world.receive()).toEqual([]);
    world.runTo(29.999);
    expect(world.holds).toBe("0 visible, 1 in flight, 0 delayed");
    world.runTo(30);
    expect(world.holds).toBe("1 visible, 0 in flight, 0 delayed");
    expect(world.receive()).toHaveLength(1);
    expect(world.queue.received).toBe(2);
  });

  it("changes from now on, not from the receive", () => {
    const world = new QueueWorld({ visibilityTimeoutMs: 30_000 });
    world.send();
    const [handle] = world.receive();
    world.runTo(20);
    expect(world.changeVisibility(handle!, 30)).toBe(true);
    world.runTo(49.999);
    expect(world.queue.inFlight).toBe(1);
    world.runTo(50);
    expect(world.queue.visible).toBe(1);
  });

  it("can be made shorter, and 0 ends it at once", () => {
    const world = new QueueWorld({ visibilityTimeoutMs: 30_000 });
    world.send(2);
    const [first, second] = world.receive(2);
    world.changeVisibility(first!, 0);
    world.changeVisibility(second!, 5);
    expect(world.holds).toBe("1 visible, 1 in flight, 0 delayed");
    world.runTo(5);
    expect(world.holds).toBe("2 visible, 0 in flight, 0 delayed");
  });

  it("is back at the queue's own timeout with the next receive", () => {
    const world = new QueueWorld({ visibilityTimeoutMs: 30_000 });
    world.send();
    world.changeVisibility(world.receive()[0]!, 300);
    world.runTo(300);
    world.receive();
    world.runTo(330);
    expect(world.queue.visible).toBe(1);
  });

  it("cannot be changed after it has ended, with an old handle, or after the delete", () => {
    const world = new QueueWorld({ visibilityTimeoutMs: 30_000 });
    world.send();
    const old = world.receive()[0]!;
    world.runTo(30);
    expect(world.changeVisibility(old, 100)).toBe(false);
    const handle = world.receive()[0]!;
    expect(world.changeVisibility(old, 100)).toBe(false);
    world.delete(handle);
    expect(world.changeVisibility(handle, 100)).toBe(false);
  });

  it("lasts at most 12 hours from the receive: an extension beyond that is refused and changes nothing", () => {
    const world = new QueueWorld({ visibilityTimeoutMs: 30_000 });
    world.send();
    const handle = world.receive()[0]!;
    world.runTo(10);
    expect(world.changeVisibility(handle, 43_191)).toBe(false);
    expect(world.changeVisibility(handle, 43_190)).toBe(true);
    world.runTo(43_199);
    expect(world.queue.inFlight).toBe(1);
    world.runTo(43_200);
    expect(world.queue.visible).toBe(1);
  });
});

describe("a delete", () => {
  it("removes a message in flight", () => {
    const world = new QueueWorld();
    world.send();
    expect(world.delete(world.receive()[0]!)).toBe(true);
    expect(world.holds).toBe("0 visible, 0 in flight, 0 delayed");
    expect(world.queue.deleted).toBe(1);
  });

  it("works after the visibility timeout has ended, as long as nobody else has received the message", () => {
    const world = new QueueWorld({ visibilityTimeoutMs: 30_000 });
    world.send();
    const handle = world.receive()[0]!;
    world.runTo(40);
    expect(world.delete(handle)).toBe(true);
    expect(world.receive()).toEqual([]);
  });

  it("deletes nothing with the handle of an older receive", () => {
    const world = new QueueWorld({ visibilityTimeoutMs: 30_000 });
    world.send();
    const old = world.receive()[0]!;
    world.runTo(30);
    const handle = world.receive()[0]!;
    expect(world.delete(old)).toBe(false);
    expect(world.queue.inFlight).toBe(1);
    expect(world.delete(handle)).toBe(true);
    expect(world.delete(handle)).toBe(false);
    expect(world.queue.deleted).toBe(1);
  });

  it("with a handle from before never hits a message that has taken the place of the old one", () => {
    const world = new QueueWorld();
    world.send();
    const old = world.receive()[0]!;
    world.delete(old);
    world.send();
    expect(world.delete(old)).toBe(false);
    const taken = world.receive()[0]!;
    expect(taken.message).toBe(old.message);
    expect(world.delete(old)).toBe(false);
    expect(world.queue.inFlight).toBe(1);
  });
});

describe("the dead-letter queue", () => {
  it("takes a message at the receive after its last allowed one, and not before", () => {
    const world = new QueueWorld({ visibilityTimeoutMs: 30_000, maxReceiveCount: 3 });
    world.send();
    for (const sec of [0, 30, 60]) {
      world.runTo(sec);
      expect(world.receive()).toHaveLength(1);
    }
    world.runTo(10_000);
    expect(world.holds).toBe("1 visible, 0 in flight, 0 delayed");
    expect(world.queue.dead).toBe(0);
    expect(world.receive()).toEqual([]);
    expect(world.queue.dead).toBe(1);
    expect(world.queue.visible).toBe(0);
    expect(world.deadLetters.visible).toBe(1);
  });

  it("is out of reach of the handles that were given out before the move", () => {
    const world = new QueueWorld({ visibilityTimeoutMs: 30_000, maxReceiveCount: 1 });
    world.send();
    const handle = world.receive()[0]!;
    world.runTo(30);
    world.receive();
    expect(world.delete(handle)).toBe(false);
    expect(world.changeVisibility(handle, 10)).toBe(false);
    expect(world.deadLetters.visible).toBe(1);
  });

  it("does not fill the place of a living message in an answer", () => {
    const world = new QueueWorld({ visibilityTimeoutMs: 30_000, maxReceiveCount: 1 });
    world.send();
    world.receive();
    world.runTo(30);
    world.send(2);
    expect(world.receive(2).map(({ number }) => number)).toEqual([2, 3]);
    expect(world.queue.dead).toBe(1);
  });

  it("takes the message that a waiting long poll would have been given, and the poll goes on waiting", () => {
    const world = new QueueWorld({ visibilityTimeoutMs: 10_000, maxReceiveCount: 1 });
    world.send();
    world.receive();
    world.told();
    world.poll(1, 20);
    world.runTo(15);
    expect(world.queue.dead).toBe(1);
    expect(world.told()).toEqual([]);
    world.send();
    expect(world.told()).toEqual(["call 1 at 15: 2"]);
  });

  it("keeps the time of sending, from which its retention counts", () => {
    const world = new QueueWorld({ visibilityTimeoutMs: 30_000, maxReceiveCount: 1, retentionMs: 4 * DAY_SEC * 1000 });
    world.send();
    world.runTo(3 * DAY_SEC);
    world.receive();
    world.runTo(3 * DAY_SEC + 30);
    world.receive();
    expect(world.deadLetters.visible).toBe(1);
    world.runTo(4 * DAY_SEC - 1);
    expect(world.deadLetters.visible).toBe(1);
    world.runTo(4 * DAY_SEC);
    expect(world.deadLetters.visible).toBe(0);
    expect(world.deadLetters.expired).toBe(1);
  });

  it("gives up each message when its own time is over, though an older one came to it later", () => {
    const world = new QueueWorld({ visibilityTimeoutMs: 30_000, maxReceiveCount: 1, retentionMs: 1000_000 });
    world.send();
    const first = world.receive()[0]!;
    world.changeVisibility(first, 800);
    world.runTo(100);
    world.send();
    world.receive();
    world.runTo(200);
    world.receive();
    expect(world.deadLetters.visible).toBe(1);
    world.runTo(900);
    world.receive();
    expect(world.deadLetters.visible).toBe(2);
    world.runTo(1000);
    expect(world.deadLetters.visible).toBe(1);
    world.runTo(1100);
    expect(world.deadLetters.visible).toBe(0);
  });
});

describe("a delivery delay", () => {
  it("hides a new message, and only a new one", () => {
    const world = new QueueWorld({ delayMs: 60_000, visibilityTimeoutMs: 10_000 });
    world.send();
    world.runTo(59.999);
    expect(world.holds).toBe("0 visible, 0 in flight, 1 delayed");
    expect(world.receive()).toEqual([]);
    world.runTo(60);
    expect(world.holds).toBe("1 visible, 0 in flight, 0 delayed");
    world.receive();
    world.runTo(70);
    expect(world.holds).toBe("1 visible, 0 in flight, 0 delayed");
  });

  it("wakes a long poll when it ends", () => {
    const world = new QueueWorld({ delayMs: 5000 });
    world.send();
    world.poll(1, 20);
    world.runTo(30);
    expect(world.told()).toEqual(["call 1 at 5: 1"]);
  });
});

describe("retention", () => {
  it("removes a message whether visible, in flight or delayed", () => {
    const world = new QueueWorld({ retentionMs: 60_000, visibilityTimeoutMs: 100_000, delayMs: 30_000 });
    world.send(2);
    world.runTo(35);
    const handle = world.receive()[0]!;
    world.send();
    expect(world.holds).toBe("1 visible, 1 in flight, 1 delayed");
    world.runTo(59.999);
    expect(world.queue.expired).toBe(0);
    world.runTo(60);
    expect(world.holds).toBe("0 visible, 0 in flight, 1 delayed");
    expect(world.queue.expired).toBe(2);
    expect(world.delete(handle)).toBe(false);
    world.runTo(95);
    expect(world.queue.expired).toBe(3);
  });

  it("counts from the send, however often the message was received", () => {
    const world = new QueueWorld({ retentionMs: 100_000, visibilityTimeoutMs: 30_000 });
    world.send();
    for (const sec of [0, 30, 60, 90]) {
      world.runTo(sec);
      expect(world.receive()).toHaveLength(1);
    }
    world.runTo(100);
    expect(world.queue.expired).toBe(1);
    world.runTo(1000);
    expect(world.holds).toBe("0 visible, 0 in flight, 0 delayed");
  });
});

describe("a receive", () => {
  it("by short poll answers at once, empty when nothing is there", () => {
    const world = new QueueWorld();
    expect(world.receive()).toEqual([]);
    expect(world.queue.emptyReceives).toBe(1);
  });

  it("by long poll waits for a message, and answers with the first, without filling its batch", () => {
    const world = new QueueWorld();
    world.poll(1, 20, 10);
    world.runTo(7);
    world.send(3);
    expect(world.told()).toEqual(["call 1 at 7: 1"]);
    expect(world.queue.visible).toBe(2);
  });

  it("by long poll answers empty when the wait is over", () => {
    const world = new QueueWorld();
    world.poll(1, 20);
    world.runTo(60);
    expect(world.told()).toEqual(["call 1 at 20:"]);
    expect(world.queue.emptyReceives).toBe(1);
  });

  it("by long poll is served first come, first served", () => {
    const world = new QueueWorld();
    world.poll(7, 20);
    world.poll(3, 20);
    world.poll(5, 20);
    world.runTo(1);
    world.send(2);
    world.abort(5);
    world.send();
    expect(world.told()).toEqual(["call 7 at 1: 1", "call 3 at 1: 2"]);
    expect(world.queue.visible).toBe(1);
  });

  it("by a long poll that was given up swallows nothing", () => {
    const world = new QueueWorld();
    world.poll(1, 20);
    world.poll(2, 20);
    world.abort(1);
    world.send();
    world.runTo(60);
    expect(world.told()).toEqual(["call 2 at 0: 1"]);
  });

  it("brings what is there, up to ten, the longest waiting first", () => {
    const world = new QueueWorld();
    world.send(12);
    expect(world.receive(10).map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(world.receive(10)).toHaveLength(2);
    expect(() => world.receive(11)).toThrow("1 to 10");
    expect(() => world.receive(0)).toThrow("1 to 10");
  });

  it("of a message that came back finds it at the front; after three receives, at the back", () => {
    const world = new QueueWorld({ visibilityTimeoutMs: 30_000 });
    world.send(2);
    const numbers: number[] = [];
    for (const sec of [0, 30, 60, 90]) {
      world.runTo(sec);
      numbers.push(world.receive()[0]!.number);
    }
    expect(numbers).toEqual([1, 1, 1, 2]);
  });
});

describe("the age of the oldest message", () => {
  it("counts from the send, in flight or not, and is 0 for an empty queue", () => {
    const world = new QueueWorld();
    expect(world.ageSec).toBe(0);
    world.send();
    world.runTo(5);
    world.send();
    world.receive();
    world.runTo(20);
    expect(world.ageSec).toBe(20);
    world.delete(world.answers.at(-1)!.handles[0]!);
    expect(world.ageSec).toBe(15);
  });

  it("leaves out messages that were received three times", () => {
    const world = new QueueWorld({ visibilityTimeoutMs: 10_000 });
    world.send();
    for (const sec of [0, 10, 20]) {
      world.runTo(sec);
      expect(world.ageSec).toBe(sec);
      world.receive();
    }
    expect(world.ageSec).toBe(0);
    world.send();
    world.runTo(25);
    expect(world.ageSec).toBe(5);
  });
});

describe("the books of a queue", () => {
  it("balance at any time: what came is somewhere, and message seconds are the same counted by time and by message", () => {
    const world = new QueueWorld({ visibilityTimeoutMs: 30_000, delayMs: 5000, maxReceiveCount: 2, retentionMs: 40_000 });
    for (let sec = 0; sec <= 300; sec += 5) {
      world.runTo(sec);
      world.send((sec / 5) % 4);
      const [first, second] = world.receive(3);
      if (first !== undefined && sec % 10 === 0) world.delete(first);
      if (second !== undefined) world.changeVisibility(second, sec % 50);
      expect(unaccounted(world.queue)).toBe(0);
      expect(unaccounted(world.deadLetters)).toBe(0);
      const { integrated, summed } = world.occupancySec;
      expect(integrated).toBeCloseTo(summed, 6);
    }
    const { sent, deleted, dead, expired } = world.queue;
    expect([sent, deleted > 0, dead > 0, expired > 0]).toEqual([90, true, true, true]);
  });
});
