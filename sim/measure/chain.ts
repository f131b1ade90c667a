import { assert } from "../core/assert.ts";
import type { AlarmReport, Datapoint, Limit, NamedReading, ReasonCode } from "../core/policy/policy.ts";
import { endedAt, ENDING } from "./instance-end.ts";
import type { DecisionRecord, EndCause, InstanceRecord, InstanceStage, LaunchCause, RefusalCause, Result } from "./result.ts";

/**
 * Why something happened, link by link: what was published or read, the alarms, the rule, the limit, the decision, and
 * what came of it. All of it is read off a result; a link that does not apply is left out.
 */
export type Chain = readonly ChainLink[];

export type ChainLink =
  /** Datapoints as published by then, oldest first, of an expression where it is known. */
  | { readonly kind: "datapoints"; readonly metric: string | undefined; readonly datapoints: readonly Datapoint[] }
  /** What was read off queue and group, each with the time it was true at. */
  | { readonly kind: "readings"; readonly readings: readonly NamedReading[] }
  | { readonly kind: "alarms"; readonly alarms: readonly AlarmReport[] }
  | { readonly kind: "rule"; readonly code: ReasonCode; readonly text: string; readonly arithmetic: string | undefined }
  /** What was wanted, and what the limit made of it. */
  | { readonly kind: "limit"; readonly limit: Limit; readonly wanted: number | undefined; readonly desired: number }
  | DecisionLink
  | LaunchLink
  | EndLink
  | RefusalLink;

export interface DecisionLink {
  readonly kind: "decision";
  /** Its place in {@link Result.decisions}. */
  readonly index: number;
  readonly at: number;
  readonly before: number;
  readonly desired: number;
  /** The group's API refused the call. */
  readonly isRefused: boolean;
}

export interface LaunchLink {
  readonly kind: "launch";
  readonly instance: number;
  readonly cause: LaunchCause;
  readonly insteadOf: number | undefined;
  /** From the decision to its work, that included, or as far as it came. */
  readonly stages: readonly StageSpan[];
}

export interface EndLink {
  readonly kind: "end";
  readonly instance: number;
  readonly cause: EndCause;
  /** Why just this one; undefined where nobody chose. */
  readonly rule: string | undefined;
  readonly isKilled: boolean;
  /** From when it was to go. */
  readonly stages: readonly StageSpan[];
}

export interface RefusalLink {
  readonly kind: "refusal";
  /** Its place in {@link Result.refusals}. */
  readonly index: number;
  readonly at: number;
  readonly cause: RefusalCause;
  /** −1 for no single one. */
  readonly instance: number;
  readonly retryAt: number;
}

/** A stage of an instance's life, milliseconds; `lengthMs` is undefined for one that has not ended. */
export interface StageSpan {
  readonly stage: InstanceStage;
  readonly at: number;
  readonly lengthMs: number | undefined;
}

/** Of a decision, by its place in {@link Result.decisions}: all that led to it, and all that came of it at once. */
export function chainOfDecision(result: Result, index: number): Chain {
  const decision = result.decisions[index];
  assert(decision !== undefined, `the result has no decision ${String(index)}`);
  const { launched = [], ended = [], refusals = [] } = decision;
  return [
    ...upTo(decision, index),
    ...launched.map((number) => launchLink(recordOf(result, number))),
    ...ended.flatMap((number) => endLinks(recordOf(result, number))),
    ...refusals.map((place) => refusalLink(result, place)),
  ];
}

/** Of the launch of an instance, by its number: the decision that wanted it, or the end of the one it replaces. */
export function chainOfLaunch(result: Result, number: number): Chain {
  const record = recordOf(result, number);
  const index = result.decisions.findIndex(({ launched }) => launched?.includes(number) === true);
  const origin = index >= 0 ? upTo(result.decisions[index] as DecisionRecord, index) : originOfLaunch(result, record);
  return [...origin, launchLink(record)];
}

/** Of the end of an instance, by its number; empty while it is there. */
export function chainOfEnd(result: Result, number: number): Chain {
  const record = recordOf(result, number);
  if (record.endCause === undefined) return [];
  const index = decisionOfEnd(result, record);
  const origin = index >= 0 ? upTo(result.decisions[index] as DecisionRecord, index) : [];
  return [...origin, ...endLinks(record)];
}

/** Of something refused, by its place in {@link Result.refusals}. */
export function chainOfRefusal(result: Result, place: number): Chain {
  const link = refusalLink(result, place);
  const index = result.decisions.findIndex(({ refusals }) => refusals?.includes(place) === true);
  if (index >= 0) return [...upTo(result.decisions[index] as DecisionRecord, index), link];
  const isKnown = result.instances[link.instance]?.number === link.instance;
  if (isKnown) return [...chainOfLaunch(result, link.instance), link];
  const latest = latestBefore(result, link.at, ({ desired, before }) => desired !== before);
  return latest < 0 ? [link] : [...upTo(result.decisions[latest] as DecisionRecord, latest), link];
}

function upTo(decision: DecisionRecord, index: number): ChainLink[] {
  const { reason, limitedBy, wanted, desired, before, at, refused } = decision;
  const { metric, datapoints = [], readings = [], alarms = [], arithmetic } = reason.evidence ?? {};
  return [
    ...(datapoints.length === 0 ? [] : [{ kind: "datapoints" as const, metric, datapoints }]),
    ...(readings.length === 0 ? [] : [{ kind: "readings" as const, readings }]),
    ...(alarms.length === 0 ? [] : [{ kind: "alarms" as const, alarms }]),
    { kind: "rule", code: reason.code, text: reason.text, arithmetic },
    ...(limitedBy === undefined ? [] : [{ kind: "limit" as const, limit: limitedBy, wanted, desired }]),
    { kind: "decision", index, at, before, desired, isRefused: refused === true },
  ];
}

/** What a launch that no decision began at once goes back to. */
function originOfLaunch(result: Result, { insteadOf, cause, stages }: InstanceRecord): ChainLink[] {
  if (insteadOf !== undefined && cause !== "deployment") return endLinks(recordOf(result, insteadOf));
  const index = latestBefore(result, stages[0]?.at ?? 0, ({ reason }) => reason.code === "operator");
  return index < 0 || cause === "initial" ? [] : upTo(result.decisions[index] as DecisionRecord, index);
}

/** The decision that chose an instance to go, or that it went by when it was free to go; −1 when no decision did. */
function decisionOfEnd(result: Result, record: InstanceRecord): number {
  const chosen = result.decisions.findIndex(({ ended }) => ended?.includes(record.number) === true);
  if (chosen >= 0) return chosen;
  const at = endedAt(record);
  if (record.endCause === "deployment") return latestBefore(result, at, ({ reason }) => reason.code === "operator");
  const isScaleIn = record.endCause === "scale-in" || record.endCause === "called-off";
  return isScaleIn ? latestBefore(result, at, ({ desired, before }) => desired < before) : -1;
}

function latestBefore({ decisions }: Result, at: number, isMeant: (decision: DecisionRecord) => boolean): number {
  return decisions.findLastIndex((decision) => decision.at <= at && isMeant(decision));
}

function launchLink({ number, cause, insteadOf, stages }: InstanceRecord): LaunchLink {
  const works = stages.findIndex(({ stage }) => stage === "working");
  const ends = stages.findIndex(({ stage }) => ENDING.has(stage));
  const last = works >= 0 ? works + 1 : ends >= 0 ? ends : stages.length;
  return { kind: "launch", instance: number, cause, insteadOf, stages: spans(stages, 0, last) };
}

function endLinks(record: InstanceRecord): EndLink[] {
  const { number, endCause, endRule, killed, stages } = record;
  if (endCause === undefined) return [];
  const from = stages.findIndex(({ stage }) => ENDING.has(stage));
  return [
    {
      kind: "end",
      instance: number,
      cause: endCause,
      rule: endRule,
      isKilled: killed,
      stages: from < 0 ? [] : spans(stages, from, stages.length),
    },
  ];
}

function refusalLink(result: Result, index: number): RefusalLink {
  const refusal = result.refusals[index];
  assert(refusal !== undefined, `the result has no refusal ${String(index)}`);
  return { kind: "refusal", index, ...refusal };
}

function spans(stages: InstanceRecord["stages"], from: number, to: number): StageSpan[] {
  return stages.slice(from, to).map(({ stage, at }, index) => {
    const next = stages[from + index + 1];
    return { stage, at, lengthMs: next === undefined ? undefined : next.at - at };
  });
}

function recordOf({ instances }: Result, number: number): InstanceRecord {
  // Records are kept by number, from 0 on without a gap.
  const record = instances[number];
  assert(record?.number === number, `the result has no record of instance ${String(number)}`);
  return record;
}
