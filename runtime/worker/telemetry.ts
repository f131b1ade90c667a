import { Counter, Gauge, Histogram, Registry, type CounterConfiguration, type GaugeConfiguration } from "prom-client";
import type { AwsFailureKind } from "../aws/errors.ts";
import type { JobResult } from "./jobs.ts";

/** How a receive ended: with messages, without, with an error, or hung up on because nobody wanted it any more. */
export type ReceiveResult = "messages" | "empty" | "failed" | "ended";

/**
 * What a batched call did to one of its messages: `settled` as asked, `retried` after a failure that may pass, `lost` after
 * one that will not, so that the message comes back when its visibility timeout ends.
 */
export type EntryResult = "settled" | "retried" | "lost";

/** What is read when somebody asks. */
export interface WorkerGauges {
  readonly slots: number;
  readonly busySlots: number;
  readonly abandonedJobs: number;
  readonly longestStallMs: number;
}

/**
 * The worker's figures, kept as plain numbers and read when `/stats` or `/metrics` is asked for: counting costs an addition.
 */
export class Telemetry {
  readonly counts = {
    receives: { messages: 0, empty: 0, failed: 0, ended: 0 } satisfies Record<ReceiveResult, number>,
    messagesReceived: 0,
    jobs: { done: 0, failed: 0, "failed-downstream": 0, "timed-out": 0, "given-up": 0 } satisfies Record<JobResult, number>,
    /** Time that they took, all together, milliseconds. */
    jobTimeMs: 0,
    deletes: { settled: 0, retried: 0, lost: 0 } satisfies Record<EntryResult, number>,
    extensions: { settled: 0, retried: 0, lost: 0 } satisfies Record<EntryResult, number>,
    releases: { settled: 0, retried: 0, lost: 0 } satisfies Record<EntryResult, number>,
    leftToExpire: 0,
    awsFailures: {} as Partial<Record<AwsFailureKind, number>>,
    /** Errors that a handler left behind outside of its promise. */
    strayErrors: 0,
  };
  readonly registry = new Registry();
  /** Length of a job, by how it ended. */
  private readonly jobSeconds: Histogram<"result">;
  /** From send to first receive, and from send to delete; by the queue's clock and this machine's. */
  private readonly waitSeconds: Histogram;
  private readonly latencySeconds: Histogram;

  constructor() {
    const registers = [this.registry];
    this.jobSeconds = new Histogram({
      name: "headroom_worker_job_duration_seconds",
      help: "How long jobs took, by how they ended.",
      labelNames: ["result"],
      buckets: JOB_BUCKETS_SEC,
      registers,
    });
    this.waitSeconds = new Histogram({
      name: "headroom_worker_message_wait_seconds",
      help: "From the send of a message to its first receive.",
      buckets: LATENCY_BUCKETS_SEC,
      registers,
    });
    this.latencySeconds = new Histogram({
      name: "headroom_worker_message_latency_seconds",
      help: "From the send of a message to its delete.",
      buckets: LATENCY_BUCKETS_SEC,
      registers,
    });
    this.exposeCounts();
  }

  /** Tells what the worker is doing, as it is when somebody asks. */
  watch(view: () => WorkerGauges): void {
    this.gauge("slots", "Jobs that can run at the same time.", () => view().slots);
    this.gauge("busy_slots", "Jobs that run now.", () => view().busySlots);
    this.gauge("abandoned_jobs", "Handlers that still run although their jobs count as failed.", () => view().abandonedJobs);
    this.gauge(
      "event_loop_longest_stall_seconds",
      "The longest time for which the process was kept from its work.",
      () => view().longestStallMs / 1000,
      "max",
    );
  }

  /** @param aggregator What several processes of one machine make of it. */
  private gauge(name: string, help: string, read: () => number, aggregator: "sum" | "max" = "sum"): void {
    const options: GaugeConfiguration<string> = {
      name: `headroom_worker_${name}`,
      help,
      aggregator,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    };
    new Gauge(options);
  }

  received(count: number, firstWaitsMs: Iterable<number>): void {
    this.counts.receives[count === 0 ? "empty" : "messages"] += 1;
    this.counts.messagesReceived += count;
    for (const waitMs of firstWaitsMs) this.waitSeconds.observe(Math.max(0, waitMs) / 1000);
  }

  jobEnded(result: JobResult, durationMs: number): void {
    this.counts.jobs[result] += 1;
    this.counts.jobTimeMs += durationMs;
    this.jobSeconds.observe({ result }, durationMs / 1000);
  }

  deleted(latencyMs: number): void {
    this.counts.deletes.settled += 1;
    this.latencySeconds.observe(Math.max(0, latencyMs) / 1000);
  }

  awsFailed(kind: AwsFailureKind): void {
    this.counts.awsFailures[kind] = (this.counts.awsFailures[kind] ?? 0) + 1;
  }

  private exposeCounts(): void {
    const { counts } = this;
    this.counter("receives_total", "Receive calls answered, by how.", "result", () => counts.receives);
    this.counter("messages_received_total", "Messages received.", undefined, () => counts.messagesReceived);
    this.counter("jobs_total", "Jobs that ended, by how.", "result", () => counts.jobs);
    this.counter("deletes_total", "Messages in answered delete calls, by what became of them.", "result", () => counts.deletes);
    this.counter("extensions_total", "Messages in answered heartbeats, by what became of them.", "result", () => counts.extensions);
    this.counter("releases_total", "Messages given back, by what became of the call.", "result", () => counts.releases);
    this.counter("left_to_expire_total", "Messages left to their visibility timeout.", undefined, () => counts.leftToExpire);
    this.counter("aws_failures_total", "Calls and batch entries that AWS failed, by kind.", "kind", () => counts.awsFailures);
    this.counter("stray_errors_total", "Errors that handlers left behind outside of their promises.", undefined, () => counts.strayErrors);
  }

  private counter(name: string, help: string, label: string | undefined, read: () => number | Readonly<Record<string, number>>): void {
    const options: CounterConfiguration<string> = {
      name: `headroom_worker_${name}`,
      help,
      labelNames: label === undefined ? [] : [label],
      registers: [this.registry],
      collect() {
        const value = read();
        this.reset();
        if (typeof value === "number") this.inc(value);
        else if (label !== undefined) for (const [key, count] of Object.entries(value)) this.inc({ [label]: key }, count);
      },
    };
    new Counter(options);
  }
}

const JOB_BUCKETS_SEC = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3600];
const LATENCY_BUCKETS_SEC = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 14_400, 86_400];
