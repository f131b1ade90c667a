import { Digest } from "../digest.ts";
import type { PolicySpec } from "./policy-spec.ts";
import type { Decision, Observation, Policy } from "./policy.ts";

/**
 * The decision log: what a controller saw and what its policy decided, review by review, so that anybody can put the same
 * observations to the same policy again and has to come to the same decisions, all of them.
 *
 * It is text, one JSON object a line; other lines may stand between them (a process writes its own log beside it). A run
 * begins with a `start` line that says which policy it is and when time 0 is; then come `review` lines, and `skipped`
 * ones where the group could not be read and nobody was asked. What makes it worth trusting:
 *
 * - **The policy is shown what the log holds.** An observation goes through JSON before the policy sees it, so that
 *   nothing that was decided on is missing from the log.
 * - **Each line carries the state's digest**, so that a policy that drifts is found at the review where it begins to.
 * - **The lines are a chain.** `seq` counts them, and `chain` is a digest over the line and the chain before it: a line
 *   that was changed, left out or moved is found, even where the decision would have been the same. It finds accidents
 *   and is no defence against a forger. Only the end may be missing, as it is after a crash.
 */

interface Chained {
  /** 0 for the start line. */
  readonly seq: number;
  /** 16 hexadecimal digits. */
  readonly chain: string;
}

export interface LogStart extends Chained {
  readonly line: "start";
  readonly version: typeof LOG_VERSION;
  /** Milliseconds since 1970 at which `now` is 0. */
  readonly originEpochMs: number;
  readonly policy: LoggedPolicy;
  /** Whose decisions these are, for people: group, queue, process. */
  readonly about: Readonly<Record<string, string>>;
}

/** All that it takes to make the policy again; of a policy from a file only where it was. */
export type LoggedPolicy = SpecifiedPolicy | { readonly kind: string; readonly file: string };

/** A policy with the figures that it was given. */
export interface SpecifiedPolicy {
  readonly kind: string;
  readonly spec: PolicySpec;
  readonly periodSec: number;
  readonly objective: { readonly percentile: number; readonly limitSec: number };
  readonly slotsPerInstance: number;
  readonly receiveLatencySec: number;
  /** How long an instance that has to go may work on. */
  readonly stopSec: number;
}

export interface LoggedReview extends Chained, Review {
  readonly line: "review";
  /** What became of the decision, for people. */
  readonly outcome: unknown;
}

/** One review of a policy. Exactly one of `decision` and `fault` is there. */
export interface Review {
  /** Milliseconds since the origin. */
  readonly now: number;
  readonly observation: Observation;
  readonly decision?: Decision;
  /** What the policy threw: it is no decision, and the state stays as it was. */
  readonly fault?: string;
  /** Digest of the policy's state after the review. */
  readonly stateHash: string;
}

export const LOG_VERSION = 1;

/** Asks a policy review by review, and keeps its state. The controller and the replay are both one of these. */
export class Reviewer {
  private readonly policy: Policy<unknown>;
  private state: unknown;

  constructor(policy: Policy<unknown>) {
    this.policy = policy;
    this.state = policy.initial();
  }

  /** Never throws. */
  review(seen: Observation, now: number): Review {
    const observation = asLogged(seen);
    try {
      const { state, decision } = this.policy.decide(this.state, asLogged(seen), now);
      this.state = state;
      return { now, observation, decision, stateHash: this.stateHash };
    } catch (error) {
      return { now, observation, fault: error instanceof Error ? error.message : String(error), stateHash: this.stateHash };
    }
  }

  private get stateHash(): string {
    return digestOf(logText(this.state));
  }
}

/** Makes the lines of one run's log; whoever has it writes them. */
export class DecisionLog {
  private seq = 0;
  private chain = "";

  start(start: Omit<LogStart, keyof Chained | "line" | "version">): string {
    return this.chained({ line: "start", version: LOG_VERSION, ...start });
  }

  review(review: Review, outcome: unknown): string {
    return this.chained({ line: "review", ...review, outcome });
  }

  skipped(now: number, because: string): string {
    return this.chained({ line: "skipped", now, because });
  }

  private chained(content: object): string {
    const line = { ...content, seq: this.seq };
    this.chain = chainOf(this.chain, line);
    this.seq += 1;
    return `${logText({ ...line, chain: this.chain })}\n`;
  }
}

/** The chain's next link: over everything in the line but its own `chain`. */
export function chainOf(before: string, line: object): string {
  const { chain: _, ...content } = line as { chain?: unknown };
  return digestOf(before + logText(content));
}

/**
 * A value as the log writes it: JSON with the keys in order, and the numbers that JSON does not know as text. Equal texts
 * mean equal values, also when one of them has been through a log.
 */
export function logText(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown): unknown => {
    if (typeof inner === "number" && !Number.isFinite(inner)) return String(inner);
    if (inner instanceof Map || inner instanceof Set) return [...(inner as Iterable<unknown>)];
    if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

function asLogged(observation: Observation): Observation {
  return JSON.parse(logText(observation)) as Observation;
}

function digestOf(text: string): string {
  const digest = new Digest();
  digest.addString(text);
  return digest.hex();
}
