import { assert } from "../assert.ts";
import { backOffMs, type BackOffSettings } from "./back-off.ts";
import { WAKE_DELETE_LINGER, WAKE_RECEIVE_BACK_OFF, type WakeReason, type WorkerEffects } from "./effects.ts";
import type { JobFailure, Worker } from "./worker.ts";

/**
 * The worker that many programs have, and that `worker.ts` is the cure for: each of its loops receives a batch, works
 * it one message after the other, deletes each when it is done, pauses, and receives again. It is here to be compared
 * with, and keeps the same contract (`effects.ts`) with what drives it.
 *
 * The two things it does badly, on purpose:
 * - **It holds more than it works on.** The visibility timeout of the last of ten messages runs while the first nine are
 *   worked; no heartbeat extends it. When it ends, another worker is handed the message, and both do it.
 * - **It pauses with messages waiting.** Ten messages and a pause of 30 s are a third of a message a second at most,
 *   however full the queue.
 *
 * Told to drain, it ends its receives, gives back what they bring nevertheless, and works off the batches that it has.
 */
export class BatchWorker<Message> implements WorkerInputs<Message> {
  private readonly settings: BatchWorkerSettings;
  private readonly effects: WorkerEffects<Message>;
  private readonly jitterSeed: number;

  private phase: "new" | "working" | "draining" | "stopped" = "new";
  /** A loop's place here is its slot and its receive call as well. */
  private readonly loops: readonly Loop<Message>[];
  private failedReceives = 0;
  /** When the pending wake-up for the next receive is due; Infinity when none is pending. */
  private armedAt = Infinity;
  private deletesUnderWay = 0;
  /** Messages that are done and whose delete has failed. */
  private readonly undeleted: Message[] = [];
  private readonly batch: Message[] = [];

  /** @param jitterSeed Spreads the back-off of many workers; give each its own. */
  constructor(settings: BatchWorkerSettings, effects: WorkerEffects<Message>, jitterSeed: number) {
    assert(settings.loops >= 1, "a worker has a loop");
    this.settings = settings;
    this.effects = effects;
    this.jitterSeed = jitterSeed;
    this.loops = Array.from({ length: settings.loops }, () => ({ messages: [], next: 0, state: "idle", receivesAt: Infinity }));
  }

  get busySlots(): number {
    return this.loops.reduce((count, { state }) => count + (state === "working" ? 1 : 0), 0);
  }

  started(now: number): void {
    assert(this.phase === "new", "a worker starts once");
    this.phase = "working";
    for (let loop = 0; loop < this.loops.length; loop += 1) this.receive(loop, now);
  }

  messagesReceived(call: number, messages: ArrayLike<Message>, count: number, now: number): void {
    const loop = this.received(call);
    this.failedReceives = 0;
    if (this.phase === "draining") {
      if (count > 0) this.giveBack(messages, count, now);
      this.stopWhenIdle(now);
      return;
    }
    for (let index = 0; index < count; index += 1) loop.messages.push(messages[index] as Message);
    this.goOn(call, now);
  }

  receiveFailed(call: number, now: number): void {
    this.received(call);
    this.failedReceives += 1;
    if (this.phase === "draining") this.stopWhenIdle(now);
    else this.receiveLater(call, now + backOffMs(this.settings, this.failedReceives, this.jitterSeed));
  }

  jobFinished(slot: number, now: number): void {
    this.batch[0] = this.worked(slot);
    this.deleteOne(now);
    this.goOn(slot, now);
  }

  jobFailed(slot: number, now: number, failure?: JobFailure): void {
    const message = this.worked(slot);
    const retryDelayMs = failure?.retryDelayMs ?? this.settings.retryDelayMs;
    if (retryDelayMs === undefined) this.effects.leaveToExpire(message, now);
    else {
      this.batch[0] = message;
      this.effects.releaseBatch(this.batch, 1, retryDelayMs, now);
    }
    this.goOn(slot, now);
  }

  deleteSettled(failed: ArrayLike<Message>, count: number, now: number): void {
    assert(this.deletesUnderWay > 0, "a delete is settled once");
    this.deletesUnderWay -= 1;
    for (let index = 0; index < count; index += 1) this.undeleted.push(failed[index] as Message);
    if (count > 0) this.effects.wakeAt(now + DELETE_RETRY_MS, WAKE_DELETE_LINGER);
    this.stopWhenIdle(now);
  }

  extendSettled(): void {
    // It extends nothing.
  }

  timerFired(reason: WakeReason, now: number): void {
    if (reason === WAKE_DELETE_LINGER) {
      for (const message of this.undeleted.splice(0)) {
        this.batch[0] = message;
        this.deleteOne(now);
      }
      return;
    }
    this.armedAt = Infinity;
    for (const [index, loop] of this.loops.entries()) if (loop.receivesAt <= now) this.receive(index, now);
    this.arm();
  }

  drainRequested(now: number): void {
    if (this.phase === "draining" || this.phase === "stopped") return;
    this.phase = "draining";
    for (const [index, loop] of this.loops.entries()) {
      loop.receivesAt = Infinity;
      if (loop.state === "receiving") this.effects.endReceive(index, now);
    }
    this.stopWhenIdle(now);
  }

  /** A loop is done with one message: the next of its batch, or a pause and the next receive. */
  private goOn(index: number, now: number): void {
    const loop = this.loops[index] as Loop<Message>;
    if (loop.next < loop.messages.length) {
      const message = loop.messages[loop.next] as Message;
      loop.next += 1;
      loop.state = "working";
      this.effects.startJob(index, message, now);
      return;
    }
    loop.messages.length = 0;
    loop.next = 0;
    if (this.phase === "draining") this.stopWhenIdle(now);
    else if (this.settings.pauseMs === 0) this.receive(index, now);
    else this.receiveLater(index, now + this.settings.pauseMs);
  }

  private receive(index: number, now: number): void {
    const loop = this.loops[index] as Loop<Message>;
    loop.state = "receiving";
    loop.receivesAt = Infinity;
    this.effects.receive(index, this.settings.maxMessagesPerReceive, now);
  }

  private receiveLater(index: number, at: number): void {
    (this.loops[index] as Loop<Message>).receivesAt = at;
    this.arm();
  }

  private arm(): void {
    const at = this.loops.reduce((least, { receivesAt }) => Math.min(least, receivesAt), Infinity);
    if (at >= this.armedAt) return;
    this.armedAt = at;
    this.effects.wakeAt(at, WAKE_RECEIVE_BACK_OFF);
  }

  private received(call: number): Loop<Message> {
    const loop = this.loops[call] as Loop<Message>;
    assert(loop.state === "receiving", "a receive is answered once");
    loop.state = "idle";
    return loop;
  }

  private worked(slot: number): Message {
    const loop = this.loops[slot] as Loop<Message>;
    assert(loop.state === "working", "a job ends once");
    loop.state = "idle";
    return loop.messages[loop.next - 1] as Message;
  }

  private giveBack(messages: ArrayLike<Message>, count: number, now: number): void {
    for (let index = 0; index < count; index += 1) this.batch[index] = messages[index] as Message;
    this.effects.releaseBatch(this.batch, count, 0, now);
  }

  private deleteOne(now: number): void {
    this.deletesUnderWay += 1;
    this.effects.deleteBatch(this.batch, 1, now);
  }

  private stopWhenIdle(now: number): void {
    if (this.phase !== "draining" || this.deletesUnderWay > 0 || this.undeleted.length > 0) return;
    if (this.loops.some(({ state }) => state !== "idle")) return;
    this.phase = "stopped";
    this.effects.stopped(now);
  }
}

/** What a driver may tell a worker of any kind. */
export type WorkerInputs<Message> = Pick<Worker<Message>, keyof Worker<Message>>;

/** Times in milliseconds. */
export interface BatchWorkerSettings extends BackOffSettings {
  /** Loops, hence messages that are worked on at the same time. */
  readonly loops: number;
  /** Messages asked for in one ReceiveMessage, 1 to 10. */
  readonly maxMessagesPerReceive: number;
  /** From the end of a batch, an empty one too, to the next receive. */
  readonly pauseMs: number;
  /** Visibility given to a message whose job failed; undefined leaves it to its running visibility timeout. */
  readonly retryDelayMs: number | undefined;
}

interface Loop<Message> {
  readonly messages: Message[];
  /** Place of the message that is started next. */
  next: number;
  /** idle: it pauses, or backs off, or has drained. */
  state: "idle" | "receiving" | "working";
  /** When its next receive is due; Infinity while none is. */
  receivesAt: number;
}

const DELETE_RETRY_MS = 200;
