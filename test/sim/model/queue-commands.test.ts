import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PlainClock, PlainQueue, type PlainHandle } from "../../support/plain-queue.ts";
import { fifoRig, standardRig, type HeldMessage, type QueueRig } from "../../support/queue-rig.ts";
import type { QueueModel, QueueSettings } from "../../../sim/model/queue-model.ts";

type Command =
  | { do: "send"; group: number; delayMs: number | undefined }
  | { do: "receive"; max: number; waitMs: number; visibilityMs: number | undefined; dead: boolean }
  | { do: "delete" | "abort"; which: number }
  | { do: "change"; which: number; visibilityMs: number }
  | { do: "advance"; ms: number }
  | { do: "purge" | "cancelMove" }
  | { do: "move"; perSec: number }
  | { do: "set"; settings: Partial<QueueSettings> };

const visibilityMs = fc.constantFrom(0, 0, 1, 1_000, 5_000, 30_000, 43_199_000, 43_200_000);
/** Counted back from the newest: mostly one of the last. */
const which = fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 100 }));

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("send" as const),
      group: fc.nat({ max: 3 }),
      delayMs: fc.option(fc.constantFrom(0, 700, 2_000), { nil: undefined }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("receive" as const),
      max: fc.integer({ min: 1, max: 10 }),
      waitMs: fc.constantFrom(0, 0, 1_000, 20_000),
      visibilityMs: fc.option(visibilityMs, { nil: undefined }),
      dead: fc.integer({ min: 0, max: 9 }).map((roll) => roll === 0),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("delete" as const), which }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("change" as const), which, visibilityMs }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("advance" as const), ms: fc.constantFrom(0, 1, 10, 1_000, 4_000, 40_000) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("abort" as const), which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("purge" as const, "cancelMove" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("move" as const), perSec: fc.constantFrom(1, 3, 500) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("set" as const),
      settings: fc.oneof(
        fc.record({ retentionMs: fc.constantFrom(60_000, 100_000) }),
        fc.record({ visibilityTimeoutMs: fc.constantFrom(1_000, 30_000) }),
      ),
    }),
  },
);

const settings = fc.record({
  visibilityTimeoutMs: fc.constantFrom(0, 1_000, 30_000),
  retentionMs: fc.constantFrom(60_000, 90_000, 345_600_000),
  delayMs: fc.constantFrom(0, 0, 500),
  maxReceiveCount: fc.constantFrom(0, 1, 2, 3, 5),
  inFlightQuota: fc.constantFrom(2, 4, 120_000),
});

describe.each(["standard", "fifo"] as const)("a %s queue", (kind) => {
  it("does under any sequence of commands what the plain queue does", () => {
    fc.assert(
      fc.property(
        settings,
        fc.constantFrom(60_000, 345_600_000),
        fc.array(command, { maxLength: 80, size: "max" }),
        (given, deadRetentionMs, commands) => {
          const pair = new Pair(kind, given, deadRetentionMs);
          for (const next of commands) pair.run(next);
        },
      ),
      { numRuns: 500 },
    );
  });
});

/** The same commands for the model and for the plain queue. */
class Pair {
  private readonly isFifo: boolean;
  private readonly rig: QueueRig;
  private readonly clock = new PlainClock();
  private readonly plain: PlainQueue;
  private readonly plainDead: PlainQueue;
  private readonly handles: { model: HeldMessage; plain: PlainHandle }[] = [];
  private readonly calls: number[] = [];
  private plainCall = 0;
  private plainId = 0;
  private compared = 0;

  constructor(kind: "standard" | "fifo", given: QueueSettings, deadRetentionMs: number) {
    this.isFifo = kind === "fifo";
    this.rig = (this.isFifo ? fifoRig : standardRig)({ settings: given, deadLetterSettings: { retentionMs: deadRetentionMs } });
    const dead = { visibilityTimeoutMs: 30_000, retentionMs: deadRetentionMs, delayMs: 0, maxReceiveCount: 0 };
    this.plainDead = new PlainQueue(this.clock, { isFifo: this.isFifo, settings: dead, holdsDeadLetters: true });
    this.plain = new PlainQueue(this.clock, { isFifo: this.isFifo, settings: given, deadLetters: this.plainDead });
    // Their retention falls due in this order, too.
    this.clock.queues.reverse();
  }

  run(command: Command): void {
    expect(this.outcome(command)).toBe(this.plainOutcome(command));
    this.rig.at(this.rig.now);
    this.clock.advance(this.clock.now);
    this.compareAnswers();
    this.compareQueue(this.rig.queue, this.plain);
    this.compareQueue(this.rig.deadLetters, this.plainDead);
    expect(this.rig.imbalance()).toBe(0);
  }

  private outcome(command: Command): unknown {
    const { rig } = this;
    switch (command.do) {
      case "send":
        rig.send({ group: command.group, ...(this.isFifo || command.delayMs === undefined ? {} : { delayMs: command.delayMs }) });
        return undefined;
      case "receive": {
        const { max, waitMs, visibilityMs: own } = command;
        const poll = { max, waitMs, ...(own === undefined ? {} : { visibilityMs: own }) };
        this.calls.push(rig.poll(poll, command.dead ? rig.deadLetters : rig.queue));
        return undefined;
      }
      case "delete": {
        const handle = this.handle(command.which);
        return handle === undefined ? undefined : rig.delete(handle.model);
      }
      case "change": {
        const handle = this.handle(command.which);
        return handle === undefined ? undefined : rig.change(handle.model, command.visibilityMs);
      }
      case "abort": {
        const call = this.calls.at(-1 - command.which);
        if (call !== undefined && this.plain.waits(call)) rig.queue.pollAborted(call);
        return undefined;
      }
      case "advance":
        rig.after(command.ms);
        return undefined;
      case "purge":
        return rig.queue.purge(rig.now);
      case "move":
        return rig.deadLetters.startMoveTask(rig.queue, command.perSec, rig.now);
      case "cancelMove":
        return rig.deadLetters.cancelMoveTask();
      case "set":
        rig.queue.setAttributes(command.settings, rig.now);
        return undefined;
    }
  }

  private plainOutcome(command: Command): unknown {
    const { plain, plainDead, clock } = this;
    switch (command.do) {
      case "send":
        this.plainId += 1;
        plain.send(this.plainId, command.group, this.isFifo ? undefined : command.delayMs);
        return undefined;
      case "receive":
        this.plainCall += 1;
        (command.dead ? plainDead : plain).receive(this.plainCall, command.max, command.waitMs, command.visibilityMs);
        return undefined;
      case "delete": {
        const handle = this.handle(command.which);
        return handle === undefined ? undefined : plain.delete(handle.plain);
      }
      case "change": {
        const handle = this.handle(command.which);
        return handle === undefined ? undefined : plain.changeVisibility(handle.plain, command.visibilityMs);
      }
      case "abort": {
        const call = this.calls.at(-1 - command.which);
        if (call !== undefined) plain.abort(call);
        return undefined;
      }
      case "advance":
        clock.advance(clock.now + command.ms);
        return undefined;
      case "purge":
        return plain.purge();
      case "move":
        return plainDead.startMoveTask(plain, command.perSec);
      case "cancelMove":
        return plainDead.cancelMoveTask();
      case "set":
        plain.setAttributes(command.settings);
        return undefined;
    }
  }

  /** A handle of the main queue, counted back from the newest. */
  private handle(place: number) {
    return this.handles.at(-1 - (place % Math.max(1, this.handles.length)));
  }

  /** Answers by the number of the call: those of one instant may come in any order. */
  private compareAnswers(): void {
    const answers = this.rig.answers.slice(this.compared);
    this.compared = this.rig.answers.length;
    const plain = [...this.plain.answers.splice(0), ...this.plainDead.answers.splice(0)];
    const byCall = (a: { call: number }, b: { call: number }): number => a.call - b.call;
    answers.sort(byCall);
    plain.sort(byCall);
    const shown = (list: readonly { call: number; at: number; got: readonly { id: number }[] | number }[]) =>
      list.map(({ call, at, got }) => ({ call, at, got: typeof got === "number" ? got : got.map(({ id }) => id) }));
    expect(shown(answers)).toEqual(shown(plain));
    answers.forEach(({ got }, index) => {
      const same = plain[index]?.got;
      if (typeof got === "number" || same === undefined || typeof same === "number") return;
      got.forEach((model, entry) => {
        const twin = same[entry];
        if (twin !== undefined && !this.plainDead.holds(twin.message)) this.handles.push({ model, plain: twin });
      });
    });
  }

  private compareQueue(queue: QueueModel, plain: PlainQueue): void {
    const {
      visible,
      inFlight,
      delayed,
      sent,
      movedIn,
      deleted,
      expired,
      dead,
      purged,
      movedOut,
      received,
      emptyReceives,
      refusedReceives,
    } = queue;
    expect({
      ...{ visible, inFlight, delayed, sent, movedIn, deleted, expired, dead, purged, movedOut, received, emptyReceives, refusedReceives },
      age: queue.ageOfOldestMs(this.rig.now),
      move: queue.moveTask?.state,
      moved: queue.moveTask?.moved,
    }).toEqual({
      visible: plain.count("visible"),
      inFlight: plain.count("in flight"),
      delayed: plain.count("delayed"),
      ...plain.counts,
      age: plain.ageOfOldestMs(),
      move: plain.move?.state,
      moved: plain.move?.moved,
    });
  }
}
