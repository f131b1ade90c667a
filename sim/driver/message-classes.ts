import type { DurationSpec, Scenario } from "../scenario/schema.ts";

/** A class of messages, in the units of the parts. */
export interface MessageClass {
  readonly name: string;
  /** The share of this class and all before it, from 0 to 1. */
  readonly shareUpTo: number;
  readonly serviceTime: DurationSpec;
  readonly sizeKib: number;
  readonly failureProbability: number;
  readonly poisonProbability: number;
  /** Visibility given to a message whose job failed; undefined for the worker's own. */
  readonly retryDelayMs: number | undefined;
}

/** The classes of a scenario's work: those listed, or one of all messages. */
export function classesOf(work: Scenario["work"]): MessageClass[] {
  const { serviceTime, sizeBytes, failureProbability, poisonProbability, classes } = work;
  const common = { serviceTime, sizeKib: kib(sizeBytes), failureProbability, poisonProbability, retryDelayMs: undefined };
  if (classes.length === 0) return [{ name: "all", shareUpTo: 1, ...common }];
  const total = classes.reduce((sum, { share }) => sum + share, 0);
  let shares = 0;
  return classes.map((own) => ({
    name: own.name,
    shareUpTo: (shares += own.share) / total,
    serviceTime: own.serviceTime ?? serviceTime,
    sizeKib: kib(own.sizeBytes ?? sizeBytes),
    failureProbability: own.failureProbability ?? failureProbability,
    poisonProbability: own.poisonProbability ?? poisonProbability,
    retryDelayMs: own.retryDelaySec === null ? undefined : own.retryDelaySec * 1000,
  }));
}

function kib(bytes: number): number {
  return Math.ceil(bytes / 1024);
}
