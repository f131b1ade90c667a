import type { WakeReason, WorkerEffects } from "../../sim/core/worker/effects.ts";
import type { WorkerSettings } from "../../sim/core/worker/settings.ts";
import { Worker } from "../../sim/core/worker/worker.ts";
import { AwsFailure } from "../aws/errors.ts";
import type { FailedEntry, ReceivedMessage, WorkerQueue } from "../aws/queue.ts";
import type { Cancel, Clock } from "../clock.ts";
import type { Logger } from "../log.ts";
import type { JobRunner } from "./jobs.ts";
import type { EntryResult, Telemetry } from "./telemetry.ts";

/** How the driver talks to the queue; times in the units of SQS. */
export interface QueueSettings {
  readonly waitTimeSec: number;
  readonly visibilityTimeoutSec: number | undefined;
  /** Whether a receive that nobody wants any more is hung up on, or waited for. */
  readonly hangsUp: boolean;
}

export interface DriverOptions {
  readonly worker: WorkerSettings;
  /** Of this worker alone, so that workers that fail together do not come back together. */
  readonly backOffJitterSeed: number;
  readonly queueSettings: QueueSettings;
  readonly queue: WorkerQueue;
  readonly jobs: JobRunner;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly log: Logger;
  /** A contract was broken: the worker cannot go on. */
  readonly failed: (error: unknown) => void;
}

/**
 * Drives one real worker: carries out its effects on a queue and by a clock, and pays what a driver owes
 * (`sim/core/worker/effects.ts`). It decides nothing about messages.
 *
 * **Receives that end.** Nobody can call off a long poll at SQS. A connection that closes is not noticed there: the poll
 * goes on for the rest of its wait, the next message to arrive is handed to it, and stays hidden for a whole visibility
 * timeout (github.com/aws/aws-sdk-js/issues/2350, aws-sdk-java-v2/issues/1395, aws-sdk-net/issues/1680). So `endReceive`
 * does not hang up: it lets the poll wait for its answer, at most its own wait time, and the worker gives back at once what
 * comes. A message then loses milliseconds instead of a visibility timeout; its receive count rises either way; a drain lasts
 * up to 20 s longer when there is nothing to do. Where the server does notice (`hangsUp`), hanging up is better.
 *
 * **Calls that fail.** What is worth another try goes back to the worker, which tries it in a later batch; what is not is
 * logged, counted as lost, and left to the visibility timeout. A receive that fails is told to the worker whatever the
 * reason: even a missing queue or permission may come back, and waiting is the worker's business.
 */
export class WorkerDriver implements WorkerEffects<ReceivedMessage> {
  private readonly options: DriverOptions;
  private readonly worker: Worker<ReceivedMessage>;
  /** By call: hangs up on the receive under way. */
  private readonly receives: (AbortController | undefined)[] = [];
  /** By reason. */
  private readonly wakes: (Cancel | undefined)[] = [];
  private releasesUnderWay = 0;
  private receiveIsFailing = false;
  private current: DriverPhase = "starting";
  private readonly whenStopped: (() => void)[] = [];

  constructor(options: DriverOptions) {
    this.options = options;
    this.worker = new Worker<ReceivedMessage>(options.worker, this, options.backOffJitterSeed);
  }

  get busySlots(): number {
    return this.worker.busySlots;
  }

  get phase(): DriverPhase {
    return this.current;
  }

  /** Whether the last receive to be answered was answered with an error. */
  get isFailingToReceive(): boolean {
    return this.receiveIsFailing;
  }

  /** Begins to work. */
  start(): void {
    this.current = "working";
    this.input((now) => this.worker.started(now));
  }

  /** Tells the worker to drain. Asking again changes nothing. */
  drain(): void {
    if (this.current !== "working") return;
    this.current = "draining";
    this.input((now) => this.worker.drainRequested(now));
  }

  /** Resolves when the worker has stopped: all jobs ended, all deletes and releases answered. */
  stoppedAfterDrain(): Promise<void> {
    return new Promise((resolve) => {
      this.whenStopped.push(resolve);
      this.tellWhenStopped();
    });
  }

  /** Hangs up on all receives: nobody will be there for their answers. */
  hangUp(): void {
    for (const receive of this.receives) receive?.abort();
  }

  // What the worker wants.

  receive(call: number, maxMessages: number): void {
    const { queue, queueSettings, telemetry } = this.options;
    const controller = new AbortController();
    this.receives[call] = controller;
    const { waitTimeSec, visibilityTimeoutSec } = queueSettings;
    queue.receive({ maxMessages, waitTimeSec, visibilityTimeoutSec }, controller.signal).then(
      (messages) => {
        this.receiveAnswered(call);
        telemetry.received(messages.length, firstWaitsMs(messages));
        this.receiveIsFailing = false;
        this.input((now) => this.worker.messagesReceived(call, messages, messages.length, now));
      },
      (error: unknown) => {
        this.receiveAnswered(call);
        if (controller.signal.aborted) {
          telemetry.counts.receives.ended += 1;
          this.input((now) => this.worker.messagesReceived(call, NOTHING, 0, now));
          return;
        }
        telemetry.counts.receives.failed += 1;
        this.receiveIsFailing = true;
        this.tellOfFailure(this.failureOf(error), "no messages received; trying again later");
        this.input((now) => this.worker.receiveFailed(call, now));
      },
    );
  }

  endReceive(call: number): void {
    if (this.options.queueSettings.hangsUp) this.receives[call]?.abort();
  }

  startJob(slot: number, message: ReceivedMessage): void {
    this.options.jobs.start(slot, message, (failure) => {
      this.input((now) => {
        if (failure === undefined) this.worker.jobFinished(slot, now);
        else this.worker.jobFailed(slot, now, failure);
      });
    });
  }

  deleteBatch(messages: readonly ReceivedMessage[], count: number): void {
    const batch = messages.slice(0, count);
    const { queue, telemetry } = this.options;
    const results: Results = {
      settled: ({ sentAt }) => telemetry.deleted(Date.now() - sentAt),
      retried: () => (telemetry.counts.deletes.retried += 1),
      lost: () => (telemetry.counts.deletes.lost += 1),
    };
    void this.settle(batch, queue.deleteBatch(batch), results).then((retryable) => {
      this.input((now) => this.worker.deleteSettled(retryable, retryable.length, now));
    });
  }

  extendBatch(messages: readonly ReceivedMessage[], count: number, visibilityMs: number): void {
    const batch = messages.slice(0, count);
    const call = this.options.queue.changeVisibilityBatch(batch, wholeSeconds(visibilityMs));
    void this.settle(batch, call, counting(this.options.telemetry.counts.extensions)).then((retryable) => {
      this.input((now) => this.worker.extendSettled(retryable, retryable.length, now));
    });
  }

  releaseBatch(messages: readonly ReceivedMessage[], count: number, visibilityMs: number): void {
    const batch = messages.slice(0, count);
    const { lost, settled } = counting(this.options.telemetry.counts.releases);
    const call = this.options.queue.changeVisibilityBatch(batch, wholeSeconds(visibilityMs));
    this.releasesUnderWay += 1;
    // Nobody tries a release again: the visibility timeout brings the message back as well.
    void this.settle(batch, call, { settled, retried: lost, lost }).then(() => {
      this.releasesUnderWay -= 1;
      this.tellWhenStopped();
    });
  }

  leaveToExpire(): void {
    this.options.telemetry.counts.leftToExpire += 1;
  }

  wakeAt(at: number, reason: WakeReason): void {
    this.wakes[reason]?.();
    this.wakes[reason] = this.options.clock.at(at, () => {
      this.wakes[reason] = undefined;
      this.input((now) => this.worker.timerFired(reason, now));
    });
  }

  stopped(): void {
    this.current = "stopped";
    for (const cancel of this.wakes) cancel?.();
    this.tellWhenStopped();
  }

  /** Lets something happen to the worker, unless it holds nothing any more. */
  private input(happen: (now: number) => void): void {
    if (this.current === "stopped") return;
    try {
      happen(this.options.clock.now());
    } catch (error) {
      this.options.failed(error);
    }
  }

  private receiveAnswered(call: number): void {
    this.receives[call] = undefined;
  }

  /** @returns The messages for which the call failed and is worth another try. */
  private async settle(batch: ReceivedMessage[], call: Promise<readonly FailedEntry[]>, results: Results): Promise<ReceivedMessage[]> {
    const retryable: ReceivedMessage[] = [];
    const failures = await call.then(asMap, (error: unknown) => {
      const failure = this.failureOf(error);
      return new Map(batch.map((message) => [message, failure]));
    });
    for (const message of batch) {
      const failure = failures.get(message);
      if (failure?.isRetryable === true) retryable.push(message);
      results[failure === undefined ? "settled" : failure.isRetryable ? "retried" : "lost"](message);
    }
    for (const failure of new Set(failures.values())) this.tellOfFailure(failure, `${batch.length} messages in the call`);
    return retryable;
  }

  /** The queue throws nothing else: whatever it is, it is a defect. */
  private failureOf(error: unknown): AwsFailure {
    if (error instanceof AwsFailure) return error;
    this.options.failed(error);
    return new AwsFailure({ operation: "Queue", kind: "invalid", code: "Defect", message: String(error), cause: error });
  }

  private tellOfFailure(failure: AwsFailure, text: string): void {
    const { kind, message, isRetryable } = failure;
    this.options.telemetry.awsFailed(kind);
    this.options.log.warn({ kind, isRetryable, reason: message }, text);
  }

  private tellWhenStopped(): void {
    if (this.current !== "stopped" || this.releasesUnderWay > 0) return;
    for (const resolve of this.whenStopped.splice(0)) resolve();
  }
}

export type DriverPhase = "starting" | "working" | "draining" | "stopped";

type Results = Readonly<Record<EntryResult, (message: ReceivedMessage) => void>>;

function counting(counts: Record<EntryResult, number>): Results {
  return {
    settled: () => (counts.settled += 1),
    retried: () => (counts.retried += 1),
    lost: () => (counts.lost += 1),
  };
}

function asMap(failed: readonly FailedEntry[]): Map<ReceivedMessage, AwsFailure> {
  return new Map(failed.map(({ message, failure }) => [message, failure]));
}

/** SQS counts visibility in whole seconds; a message must not come back too early. */
function wholeSeconds(ms: number): number {
  return Math.ceil(ms / 1000);
}

function* firstWaitsMs(messages: readonly ReceivedMessage[]): Generator<number> {
  const now = Date.now();
  for (const { receiveCount, sentAt } of messages) if (receiveCount === 1) yield now - sentAt;
}

const NOTHING: readonly ReceivedMessage[] = [];
