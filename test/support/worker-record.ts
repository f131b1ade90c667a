import { WAKE_REASONS, type WakeReason } from "../../sim/core/worker/effects.ts";
import type { WorkerSettings } from "../../sim/core/worker/settings.ts";
import { Worker } from "../../sim/core/worker/worker.ts";

/** What went into a worker or came out of it, in order. Messages are named in the order in which it was handed them. */
export interface WorkerRecord {
  readonly settings: WorkerSettings;
  readonly backOffJitterSeed: number;
  readonly lines: RecordLine[];
}

export interface RecordLine {
  readonly kind: "input" | "effect";
  readonly name: string;
  readonly at: number;
  readonly given: readonly unknown[];
}

type Method = (this: object, ...given: unknown[]) => unknown;

/**
 * Records every worker that `run` moves, whatever drives it: the inputs on the worker itself, the effects on the driver's
 * class. Effects carry the time of the input that they came from.
 */
export async function recordWorkers(effectsClass: { readonly prototype: object }, run: () => unknown): Promise<WorkerRecord[]> {
  const recorder = new Recorder();
  const restore = [
    ...INPUTS.map((name) => patch(Worker.prototype, name, (worker, given) => recorder.input(worker, name, given))),
    ...EFFECTS.map((name) => patch(effectsClass.prototype, name, (effects, given) => recorder.effect(effects, name, given))),
  ];
  try {
    await run();
  } finally {
    for (const undo of restore) undo();
  }
  return [...recorder.records.values()];
}

class Recorder {
  readonly records = new Map<object, WorkerRecord>();
  private readonly names = new Map<object, Map<unknown, string>>();
  private readonly handed = new Map<object, number>();
  private now = 0;

  input(worker: object, name: string, given: readonly unknown[]): void {
    const { settings, backOffJitterSeed, effects } = worker as unknown as {
      settings: WorkerSettings;
      backOffJitterSeed: number;
      effects: object;
    };
    const at = given.find((_, index) => index === INPUT_TIME[name]) as number;
    this.now = at;
    if (name === "started") {
      this.records.set(effects, { settings, backOffJitterSeed, lines: [] });
      this.names.set(effects, new Map());
      this.handed.set(effects, 0);
    }
    if (name === "messagesReceived") this.nameAll(effects, given[1] as ArrayLike<unknown>, given[2] as number);
    this.line(effects, "input", name, this.told(effects, name, given));
  }

  effect(effects: object, name: string, given: readonly unknown[]): void {
    this.line(effects, "effect", name, this.told(effects, name, given));
  }

  private line(effects: object, kind: RecordLine["kind"], name: string, given: readonly unknown[]): void {
    this.records.get(effects)?.lines.push({ kind, name, at: this.now, given });
  }

  private nameAll(effects: object, messages: ArrayLike<unknown>, count: number): void {
    for (let index = 0; index < count; index += 1) {
      const number = (this.handed.get(effects) ?? 0) + 1;
      this.handed.set(effects, number);
      this.names.get(effects)?.set(messages[index], `m${number}`);
    }
  }

  /** Arguments as they mean the same to every driver: messages by name, no times, no arrays that are used again. */
  private told(effects: object, name: string, given: readonly unknown[]): unknown[] {
    const named = (message: unknown) => this.names.get(effects)?.get(message) ?? "unknown";
    const batch = (messages: unknown, count: unknown) =>
      Array.from(messages as ArrayLike<unknown>)
        .slice(0, count as number)
        .map(named);
    switch (name) {
      case "messagesReceived":
        return [given[0], batch(given[1], given[2])];
      case "deleteSettled":
      case "extendSettled":
      case "deleteBatch":
        return [batch(given[0], given[1])];
      case "extendBatch":
      case "releaseBatch":
        return [batch(given[0], given[1]), given[2]];
      case "jobFailed": {
        const { retryDelayMs, isDownstream } = (given[2] ?? { isDownstream: false }) as Record<string, unknown>;
        return [given[0], { retryDelayMs, isDownstream }];
      }
      case "startJob":
        return [given[0], named(given[1])];
      case "leaveToExpire":
        return [named(given[0])];
      case "wakeAt":
        return [given[0], WAKE_REASONS[given[1] as WakeReason]];
      case "timerFired":
        return [WAKE_REASONS[given[0] as WakeReason]];
      case "receive":
        return [given[0], given[1]];
      case "receiveFailed":
      case "endReceive":
      case "jobFinished":
        return [given[0]];
      default:
        return [];
    }
  }
}

/** Where each input has its time. */
const INPUT_TIME: Readonly<Record<string, number>> = {
  started: 0,
  messagesReceived: 3,
  receiveFailed: 1,
  jobFinished: 1,
  jobFailed: 1,
  deleteSettled: 2,
  extendSettled: 2,
  timerFired: 1,
  drainRequested: 0,
};

const INPUTS = Object.keys(INPUT_TIME);
const EFFECTS = ["receive", "endReceive", "startJob", "deleteBatch", "extendBatch", "releaseBatch", "leaveToExpire", "wakeAt", "stopped"];

function patch(prototype: object, name: string, before: (self: object, given: readonly unknown[]) => void): () => void {
  const original = Reflect.get(prototype, name) as Method;
  const patched: Method = function (...given) {
    before(this, given);
    return original.apply(this, given);
  };
  Reflect.set(prototype, name, patched);
  return () => {
    Reflect.set(prototype, name, original);
  };
}
