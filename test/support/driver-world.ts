import type { WorkerSettings } from "../../sim/core/worker/settings.ts";
import { AwsFailure, type AwsFailureKind } from "../../runtime/aws/errors.ts";
import type { FailedEntry, ReceivedMessage, ReceiveRequest, WorkerQueue } from "../../runtime/aws/queue.ts";
import { createLog } from "../../runtime/log.ts";
import { WorkerDriver, type QueueSettings } from "../../runtime/worker/driver.ts";
import type { HandlerAnswer, JobContext } from "../../runtime/worker/handler.ts";
import { JobRunner } from "../../runtime/worker/jobs.ts";
import { Telemetry } from "../../runtime/worker/telemetry.ts";
import { SteppedClock, settled } from "./stepped-clock.ts";
import { PLAIN_WORKER } from "./worker-world.ts";

/** A call to the queue that waits for the test to answer it. */
export interface PendingCall<Answer> {
  answer(value: Answer): Promise<void>;
  fail(kind: AwsFailureKind): Promise<void>;
}

export interface PendingReceive extends PendingCall<readonly ReceivedMessage[]> {
  readonly request: ReceiveRequest;
  readonly signal: AbortSignal;
}

export interface PendingBatch extends PendingCall<readonly FailedEntry[]> {
  readonly ids: readonly string[];
  readonly messages: readonly ReceivedMessage[];
}

export interface PendingVisibility extends PendingBatch {
  readonly visibilitySec: number;
}

/** The real driver and job runner between a queue, a handler and a clock that the test plays. */
export class DriverWorld implements WorkerQueue {
  readonly clock = new SteppedClock();
  readonly telemetry = new Telemetry();
  readonly receives: PendingReceive[] = [];
  /** Every receive so far, answered or not. */
  readonly asked: PendingReceive[] = [];
  readonly deletes: PendingBatch[] = [];
  readonly visibilities: PendingVisibility[] = [];
  /** Handlers that run, by message. */
  readonly handlers = new Map<string, PendingHandler>();
  readonly defects: unknown[] = [];
  readonly jobs: JobRunner;
  readonly driver: WorkerDriver;
  hasStopped = false;
  private delivered = 0;

  constructor(
    settings: Partial<WorkerSettings> = {},
    { timeLimitMs = 3_600_000, backOffJitterSeed = 7, ...queueSettings }: Partial<WorldSettings> = {},
  ) {
    const log = createLog("silent", "test");
    const { clock, telemetry } = this;
    this.jobs = new JobRunner({
      handler: (message, context) =>
        new Promise((resolve, reject) => {
          this.handlers.set(message.id, { resolve, reject, context });
        }),
      timeLimitMs,
      clock,
      log,
      jobEnded: (result, durationMs) => telemetry.jobEnded(result, durationMs),
    });
    this.driver = new WorkerDriver({
      backOffJitterSeed,
      worker: { ...PLAIN_WORKER, ...settings },
      queueSettings: { waitTimeSec: 20, visibilityTimeoutSec: undefined, hangsUp: false, ...queueSettings },
      queue: this,
      jobs: this.jobs,
      clock,
      telemetry,
      log,
      failed: (error) => {
        this.defects.push(error);
      },
    });
    void this.driver.stoppedAfterDrain().then(() => {
      this.hasStopped = true;
    });
    this.driver.start();
  }

  /** Answers the oldest receive with so many new messages; returns their names. */
  async deliver(count: number, receiveCount = 1): Promise<string[]> {
    const messages = Array.from({ length: count }, () => this.newMessage(receiveCount));
    await taken(this.receives).answer(messages);
    return messages.map(({ id }) => id);
  }

  newMessage(receiveCount = 1): ReceivedMessage {
    this.delivered += 1;
    const id = `m${this.delivered}`;
    return { id, receiptHandle: `${id}-${receiveCount}`, body: "{}", receiveCount, sentAt: Date.now(), groupId: undefined, attributes: {} };
  }

  /** Lets a handler answer. */
  async finish(id: string, answer?: HandlerAnswer): Promise<void> {
    const handler = this.handlers.get(id);
    if (handler === undefined) throw new Error(`No handler runs for ${id}.`);
    this.handlers.delete(id);
    handler.resolve(answer);
    await settled();
  }

  async throwIn(id: string, error: unknown): Promise<void> {
    this.handlers.get(id)?.reject(error);
    this.handlers.delete(id);
    await settled();
  }

  /** The message whose handler runs in a slot. */
  inSlot(slot: number): string {
    const [id] = [...this.handlers].find(([, { context }]) => context.slot === slot) ?? [];
    if (id === undefined) throw new Error(`No handler runs in slot ${slot}.`);
    return id;
  }

  async drain(): Promise<void> {
    this.driver.drain();
    await settled();
  }

  // The queue.

  receive(request: ReceiveRequest, signal: AbortSignal): Promise<readonly ReceivedMessage[]> {
    return new Promise((resolve, reject) => {
      const receive: PendingReceive = { request, signal, ...answering("ReceiveMessage", resolve, reject) };
      this.receives.push(receive);
      this.asked.push(receive);
      signal.addEventListener("abort", () => {
        this.receives.splice(this.receives.indexOf(receive), 1);
        void receive.fail("ended");
      });
    });
  }

  deleteBatch(messages: readonly ReceivedMessage[]): Promise<readonly FailedEntry[]> {
    return new Promise((resolve, reject) => {
      this.deletes.push({ messages, ids: messages.map(({ id }) => id), ...answering("DeleteMessageBatch", resolve, reject) });
    });
  }

  changeVisibilityBatch(messages: readonly ReceivedMessage[], visibilitySec: number): Promise<readonly FailedEntry[]> {
    return new Promise((resolve, reject) => {
      const ids = messages.map(({ id }) => id);
      this.visibilities.push({ messages, ids, visibilitySec, ...answering("ChangeMessageVisibilityBatch", resolve, reject) });
    });
  }
}

interface WorldSettings extends QueueSettings {
  readonly timeLimitMs: number;
  readonly backOffJitterSeed: number;
}

interface PendingHandler {
  readonly context: JobContext;
  resolve(answer: HandlerAnswer): void;
  reject(error: unknown): void;
}

/** The oldest of the calls that wait. */
export function taken<Call>(calls: Call[]): Call {
  const call = calls.shift();
  if (call === undefined) throw new Error("No such call is under way.");
  return call;
}

function failureOf(kind: AwsFailureKind): AwsFailure {
  return new AwsFailure({ operation: "Call", kind, code: "Test", message: "as the test says" });
}

/** The entries of a batch that fail. */
export function failing({ messages }: PendingBatch, ids: readonly string[], kind: AwsFailureKind): FailedEntry[] {
  return messages.filter(({ id }) => ids.includes(id)).map((message) => ({ message, failure: failureOf(kind) }));
}

function answering<Answer>(operation: string, resolve: (value: Answer) => void, reject: (error: unknown) => void): PendingCall<Answer> {
  return {
    answer(value) {
      resolve(value);
      return settled();
    },
    fail(kind) {
      reject(new AwsFailure({ operation, kind, code: "Test", message: "as the test says" }));
      return settled();
    },
  };
}
