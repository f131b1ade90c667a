import type { Histogram } from "../../../sim/index.ts";
import type { LocalRun, Snapshot } from "./local-run.ts";

/** What a run came to, in the terms of a simulation's result: a row a second, and the times of messages. */
export interface Measurement {
  readonly forMs: number;
  readonly rows: readonly Snapshot[];
  readonly sentAtMs: readonly number[];
  readonly latencyMs: Histogram;
  readonly waitMs: Histogram;
  readonly startTimesMs: readonly number[];
  /** How late the generator was at worst. */
  readonly lateByMs: number;
}

/** Takes a row each second, at the second. */
export class Measuring {
  readonly rows: Snapshot[] = [];
  private readonly run: LocalRun;
  private readonly taken: (row: Snapshot, before: Snapshot | undefined) => void;
  private timer: NodeJS.Timeout | undefined;

  /** @param taken Told of each row, and of the one before it. */
  constructor(run: LocalRun, taken: (row: Snapshot, before: Snapshot | undefined) => void = () => undefined) {
    this.run = run;
    this.taken = taken;
    this.takeRow();
  }

  end(): Measurement {
    clearTimeout(this.timer);
    const { run, rows } = this;
    const { latencyMs, waitMs } = run.parts.watched;
    return {
      forMs: run.now(),
      rows,
      sentAtMs: run.traffic.sentAtMs,
      latencyMs,
      waitMs,
      startTimesMs: run.parts.fleet.startTimesMs,
      lateByMs: run.traffic.latestByMs,
    };
  }

  private takeRow(): void {
    const { run, rows } = this;
    const before = rows.at(-1);
    const row = run.snapshot();
    rows.push(row);
    this.taken(row, before);
    this.timer = setTimeout(() => this.takeRow(), Math.max(1, rows.length * ROW_MS - run.now()));
  }
}

const ROW_MS = 1000;
