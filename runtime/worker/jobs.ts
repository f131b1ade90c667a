import { inspect } from "node:util";
import type { JobFailure } from "../../sim/core/worker/worker.ts";
import type { ReceivedMessage } from "../aws/queue.ts";
import type { Cancel, Clock } from "../clock.ts";
import type { Logger } from "../log.ts";
import { traceIdOfMessage } from "../trace.ts";
import type { Handler, JobContext, JobLog } from "./handler.ts";

/** How a job ended: undefined when its work is done. */
export type JobEnded = (failure: JobFailure | undefined) => void;

/** Why a job counts as it does, for the figures. */
export type JobResult = "done" | "failed" | "failed-downstream" | "timed-out" | "given-up";

export interface JobRunnerOptions {
  readonly handler: Handler;
  readonly timeLimitMs: number;
  readonly clock: Clock;
  readonly log: Logger;
  /** Hears of each job that has ended. */
  readonly jobEnded: (result: JobResult, durationMs: number) => void;
  /** Hears when the first job begins and when the last one has ended. */
  readonly busyChanged?: ((isBusy: boolean) => void) | undefined;
}

/**
 * Runs the handler, once for each job, and contains what goes wrong in it: whatever a handler throws, rejects with or
 * answers, its job ends exactly once and no other job notices.
 *
 * A job ends when its handler does, when its time is up, or when the worker gives it up. In the last two cases its signal
 * is aborted and it counts as failed there and then; a handler that goes on all the same is *abandoned*: its slot is used
 * again, and what it answers later counts for nothing.
 *
 * Two things cannot be contained in one process: a handler that ends the process, and one that never gives way (an endless
 * loop), which also stops heartbeats, deletes and the answers of `/health`.
 */
export class JobRunner {
  private readonly options: JobRunnerOptions;
  private readonly running = new Set<Job>();
  private abandonedCount = 0;

  constructor(options: JobRunnerOptions) {
    this.options = options;
  }

  /** Handlers that still run although their jobs have been counted as failed. */
  get abandoned(): number {
    return this.abandonedCount;
  }

  /** Starts a job. The handler is called, and `ended` as well, only after the caller has returned. */
  start(slot: number, message: ReceivedMessage, ended: JobEnded): void {
    const { clock, timeLimitMs, log } = this.options;
    const now = clock.now();
    const job = new Job({ slot, message, startedAt: now, deadline: Date.now() + timeLimitMs, log, ended });
    this.running.add(job);
    if (this.running.size === 1) this.options.busyChanged?.(true);
    job.cancelLimit = clock.at(now + timeLimitMs, () => {
      this.abandon(job, "timed-out", OWN_FAILURE, `the job has run for ${timeLimitMs / 1000} s, the limit (JOB_TIME_LIMIT_SEC)`);
    });
    queueMicrotask(() => void this.run(job));
  }

  /**
   * Ends all running jobs as failed; their messages are to be visible again at once, because it is not their fault.
   *
   * @returns How many there were.
   */
  giveUp(): number {
    const jobs = [...this.running];
    for (const job of jobs) this.abandon(job, "given-up", GIVEN_UP, "the worker has to go before the job is done");
    return jobs.length;
  }

  private async run(job: Job): Promise<void> {
    try {
      const outcome = readOutcome(await this.options.handler(job.handled, job));
      if (this.wasAbandoned(job)) return;
      if (outcome.failure !== undefined) job.log.warn({ reason: outcome.reason }, "job failed");
      this.end(job, resultOf(outcome.failure), outcome.failure);
    } catch (error) {
      if (this.wasAbandoned(job)) return;
      job.log.error({ err: error }, "the handler has thrown");
      this.end(job, "failed", OWN_FAILURE);
    }
  }

  private abandon(job: Job, result: JobResult, failure: JobFailure, reason: string): void {
    this.abandonedCount += 1;
    job.log.warn({ reason }, "job abandoned");
    this.end(job, result, failure);
    job.abort(reason);
  }

  private wasAbandoned(job: Job): boolean {
    if (this.running.has(job)) return false;
    this.abandonedCount -= 1;
    job.log.debug("an abandoned handler has ended");
    return true;
  }

  private end(job: Job, result: JobResult, failure: JobFailure | undefined): void {
    this.running.delete(job);
    job.cancelLimit();
    this.options.jobEnded(result, this.options.clock.now() - job.startedAt);
    job.ended(failure);
    // The worker may have started the next one by now.
    if (this.running.size === 0) this.options.busyChanged?.(false);
  }
}

/** One run of the handler; its context. Log and signal are made when they are first asked for: most handlers never do. */
class Job implements JobContext {
  readonly slot: number;
  readonly attempt: number;
  readonly deadline: number;
  readonly handled: ReceivedMessage;
  readonly startedAt: number;
  readonly ended: JobEnded;
  cancelLimit: Cancel = () => undefined;
  private readonly parentLog: Logger;
  private ownLog: JobLog | undefined;
  private controller: AbortController | undefined;
  private abortedFor: string | undefined;

  constructor(options: {
    readonly slot: number;
    readonly message: ReceivedMessage;
    readonly startedAt: number;
    readonly deadline: number;
    readonly log: Logger;
    readonly ended: JobEnded;
  }) {
    this.slot = options.slot;
    this.handled = options.message;
    this.attempt = options.message.receiveCount;
    this.startedAt = options.startedAt;
    this.deadline = options.deadline;
    this.parentLog = options.log;
    this.ended = options.ended;
  }

  get log(): JobLog {
    this.ownLog ??= this.parentLog.child({
      messageId: this.handled.id,
      traceId: traceIdOfMessage(this.handled),
      attempt: this.attempt,
      slot: this.slot,
    });
    return this.ownLog;
  }

  get signal(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.abortedFor !== undefined) this.abort(this.abortedFor);
    return this.controller.signal;
  }

  abort(reason: string): void {
    this.abortedFor = reason;
    this.controller?.abort(new Error(reason));
  }
}

interface ReadOutcome {
  readonly failure: JobFailure | undefined;
  readonly reason?: string | undefined;
}

/** Users write handlers in JavaScript as well: what they answer is looked at before it is believed. */
function readOutcome(answer: unknown): ReadOutcome {
  if (answer === undefined) return DONE;
  const { kind, reason, retryDelaySec, isDownstream } = Object(answer) as Partial<Record<string, unknown>>;
  if (kind === "done") return DONE;
  if (kind !== "failed") {
    throw new Error(`The handler answered ${inWords(answer)}; it has to answer nothing, { kind: "done" } or { kind: "failed", … }.`);
  }
  if (retryDelaySec !== undefined && !isDelay(retryDelaySec)) {
    throw new Error(
      `The handler answered a retryDelaySec of ${inWords(retryDelaySec)}; it has to be a whole number of seconds from 0 to ${LONGEST_DELAY_SEC}.`,
    );
  }
  return {
    failure: { isDownstream: isDownstream === true, retryDelayMs: retryDelaySec === undefined ? undefined : retryDelaySec * 1000 },
    reason: typeof reason === "string" ? reason : undefined,
  };
}

function isDelay(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= LONGEST_DELAY_SEC;
}

function resultOf(failure: JobFailure | undefined): JobResult {
  if (failure === undefined) return "done";
  return failure.isDownstream ? "failed-downstream" : "failed";
}

function inWords(value: unknown): string {
  return inspect(value, { depth: 1, breakLength: Infinity }).slice(0, 80);
}

const DONE: ReadOutcome = { failure: undefined };
const OWN_FAILURE: JobFailure = { isDownstream: false };
const GIVEN_UP: JobFailure = { isDownstream: false, retryDelayMs: 0 };
/** Longest visibility timeout (SQS quotas). */
const LONGEST_DELAY_SEC = 43_200;
