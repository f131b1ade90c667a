import { randomUUID } from "node:crypto";
import type { Beside, MeasuredResult, MeasuredRow, MeasuredRun, Scenario } from "../../../sim/index.ts";
import type { PolicyAnswer } from "../autoscaling/scaling-policies.ts";
import { LocalRun, type Snapshot } from "../run/local-run.ts";
import { Measuring, type Measurement } from "../run/measurement.ts";
import type { RunPlan } from "../run/run-plan.ts";
import { SHORTEST_COMPARED_SEC, validate } from "../run/validation.ts";
import { EventLog } from "./event-log.ts";

export interface ServedRunOptions {
  readonly plan: RunPlan;
  readonly seed: number;
  /** What every instance runs. */
  readonly workerScript: string;
}

/** One run from its start to its end, and all that is told of it. Nothing that happens to it reaches whoever started it. */
export class ServedRun {
  readonly log = new EventLog();
  /** What runs, as it is in its window. */
  readonly scenario: Scenario;
  /** Resolves when nothing is left of it. */
  readonly gone: Promise<void>;

  private readonly options: ServedRunOptions;
  private readonly stopping = new AbortController();
  private state: MeasuredRun;

  constructor(options: ServedRunOptions) {
    const { plan, seed } = options;
    const { scenario, fromSec, forSec, scale, controller, leftOut } = plan;
    this.options = options;
    this.scenario = scenario;
    this.state = {
      id: randomUUID(),
      phase: "starting",
      name: scenario.name,
      fromSec,
      forSec,
      scale,
      seed,
      controller,
      leftOut,
      endpointUrl: null,
      queueUrl: null,
      beganAtMs: null,
      failure: null,
      result: null,
    };
    this.log.add({ type: "run", run: this.state });
    this.gone = this.live();
  }

  get told(): MeasuredRun {
    return this.state;
  }

  get isOver(): boolean {
    return this.state.phase === "ended" || this.state.phase === "failed";
  }

  /** Ends it before its time. */
  stop(): void {
    if (this.isOver || this.stopping.signal.aborted) return;
    this.tell({ phase: "stopping" });
    this.stopping.abort();
  }

  private async live(): Promise<void> {
    let run: LocalRun | undefined;
    try {
      run = await this.start();
      const measurement = await this.measure(run);
      await run.stop();
      if (this.state.failure === null) this.tell({ phase: "ended", result: this.resultOf(measurement) });
      else this.tell({ phase: "failed", result: this.resultOf(measurement) });
    } catch (error) {
      await run?.stop();
      // A start that was given up has come to nothing, as was wanted.
      if (this.stopping.signal.aborted && run === undefined) this.tell({ phase: "ended" });
      else this.tell({ phase: "failed", failure: textOf(error) });
    }
  }

  private start(): Promise<LocalRun> {
    const { plan, seed, workerScript } = this.options;
    const { scenario, controller, forSec } = plan;
    return LocalRun.start({
      scenario,
      seed,
      controller,
      workerScript,
      forMs: forSec * 1000,
      port: 0,
      system: undefined,
      logFolder: undefined,
      signal: this.stopping.signal,
      answered: (answer) => this.decided(answer),
      failed: (text) => this.log.add({ type: "mishap", mishap: { at: this.now(), text } }),
      broke: (error) => {
        this.tell({ failure: textOf(error) });
        this.stop();
      },
    });
  }

  private async measure(run: LocalRun): Promise<Measurement> {
    const { forSec } = this.options.plan;
    const { host, queueUrl } = run.parts;
    this.tell({ phase: "running", endpointUrl: host.url, queueUrl, beganAtMs: Date.now() - run.now() });
    const measuring = new Measuring(run, (row, before) => this.log.add({ type: "row", row: rowOf(row, before) }));
    const { signal } = this.stopping;
    await run.lastsUntil(forSec * 1000, signal);
    const measurement = measuring.end();
    if (!signal.aborted) this.tell({ phase: "stopping" });
    return measurement;
  }

  private resultOf(measurement: Measurement): MeasuredResult {
    const { rows, forMs, latencyMs } = measurement;
    const last = rows.at(-1);
    return {
      forMs,
      messages: { sent: last?.queue.sent ?? 0, deleted: last?.queue.deleted ?? 0, dead: last?.deadLetters ?? 0 },
      latencyMs:
        latencyMs.count === 0 ? null : { p50: latencyMs.quantile(0.5), p95: latencyMs.quantile(0.95), p99: latencyMs.quantile(0.99) },
      beside: forMs < SHORTEST_COMPARED_SEC * 1000 ? null : this.besideOf(measurement),
    };
  }

  private besideOf(measurement: Measurement): Beside {
    const { comparisons, backlogCurveRatio, capacityCurveRatio, startMs, lateByMs } = validate(
      this.scenario,
      this.options.seed,
      measurement,
    );
    return { comparisons, backlogCurveRatio, capacityCurveRatio, startMs, lateByMs };
  }

  private decided({ at, before, desired, reason, limitedBy }: PolicyAnswer): void {
    const sinceBeganMs = at - (this.state.beganAtMs ?? at);
    this.log.add({ type: "decision", decision: { at: sinceBeganMs, before, desired, reason, limitedBy: limitedBy ?? null } });
  }

  private now(): number {
    return Date.now() - (this.state.beganAtMs ?? Date.now());
  }

  private tell(change: Partial<MeasuredRun>): void {
    this.state = { ...this.state, ...change };
    this.log.add({ type: "run", run: this.state });
  }
}

/** A row in the terms of a simulation's result; its rates are those of the time since the row before. */
function rowOf(row: Snapshot, before: Snapshot | undefined): MeasuredRow {
  const { queue, at, desired, pending, inService, warming, terminating } = row;
  const elapsedSec = before === undefined ? NaN : (at - before.at) / 1000;
  const perSec = (count: (snapshot: Snapshot) => number) =>
    before === undefined || elapsedSec <= 0 ? 0 : (count(row) - count(before)) / elapsedSec;
  return {
    timeMs: at,
    arrivalRatePerSec: perSec((snapshot) => snapshot.queue.sent),
    throughputPerSec: perSec((snapshot) => snapshot.queue.deleted),
    backlog: queue.visible,
    inFlight: queue.inFlight,
    delayed: queue.delayed,
    ageOfOldestMs: queue.ageOfOldestMs,
    desired,
    pending,
    inService,
    warming,
    draining: terminating,
  };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
