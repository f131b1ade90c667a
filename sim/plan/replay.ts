import { chainOf, logText, LOG_VERSION, Reviewer, type LoggedReview, type LogStart } from "../core/policy/decision-log.ts";
import { policyOf } from "../core/policy/policy-of.ts";
import type { Policy } from "../core/policy/policy.ts";
import { realSurroundings } from "../scenario/policy-surroundings.ts";

/**
 * Replays a decision log: puts the logged observations to the same policy, as the simulator has it, and compares what it
 * decides with what was decided. The lines are given one by one, so that a log of any length can be replayed.
 *
 * The first difference ends it: after that the states have parted, and every later difference would only repeat it.
 */
export class DecisionReplay {
  private readonly own: Policy<unknown> | undefined;
  private reviewer: Reviewer | undefined;
  private lines = 0;
  private seq = 0;
  private chain = "";
  private runs = 0;
  private reviews = 0;
  private changes = 0;
  private skipped = 0;
  private others = 0;
  private hasBegun = false;
  private difference: ReplayDifference | undefined;

  /** @param own The policy to ask; needed for a log of a policy from a file, and in place of the logged one otherwise. */
  constructor(own?: Policy<unknown>) {
    this.own = own;
  }

  /** Whether more lines would make any difference. */
  get isOver(): boolean {
    return this.difference !== undefined;
  }

  /** Whether any line was one of a decision log's. */
  get hasLogLines(): boolean {
    return this.hasBegun;
  }

  push(text: string): void {
    if (this.isOver) return;
    this.lines += 1;
    if (text.trim() === "") return;
    const line = parsed(text);
    // A process that was killed may leave half a line; text that was never JSON is somebody else's.
    const problem = line === undefined && text.startsWith("{") ? "this line is cut off or damaged" : this.take(line ?? {});
    if (problem === undefined) return;
    const now = typeof line?.["now"] === "number" ? { now: line["now"] } : {};
    this.difference = { line: this.lines, problem, ...now };
  }

  finish(): ReplayReport {
    const { runs, reviews, changes, skipped, others, difference } = this;
    const counts = { runs, reviews, changes, skipped, others };
    if (difference !== undefined) return { agrees: false, ...counts, difference };
    if (reviews > 0) return { agrees: true, ...counts };
    return { agrees: false, ...counts, difference: { line: this.lines, problem: "there is no review in this log" } };
  }

  /** Each of these says what is wrong, if anything. */
  private take(line: Record<string, unknown>): string | undefined {
    const kind = line["line"];
    if (kind !== "start" && kind !== "review" && kind !== "skipped") {
      this.others += 1;
      return undefined;
    }
    this.hasBegun = true;
    const isStart = kind === "start";
    if (!isStart && this.reviewer === undefined) return "there was no start before it: the beginning of the log is missing";
    const seq = isStart ? 0 : this.seq + 1;
    if (line["seq"] !== seq) return `it is number ${String(line["seq"])} of its run, where ${seq} should come: lines are missing or moved`;
    const chain = chainOf(isStart ? "" : this.chain, line);
    if (line["chain"] !== chain) return "it is not as it was written: its digest does not fit";
    this.seq = seq;
    this.chain = chain;
    if (isStart) return this.begin(line as unknown as LogStart);
    if (kind === "review") return this.review(line as unknown as LoggedReview);
    this.skipped += 1;
    return undefined;
  }

  private begin(start: LogStart): string | undefined {
    const { version, policy, originEpochMs } = start as Omit<LogStart, "version"> & { version: number };
    if (version !== LOG_VERSION) return `the log has version ${version}, and only ${LOG_VERSION} is understood`;
    const asked = this.own ?? ("spec" in policy ? policyOf(policy.spec, realSurroundings(policy, originEpochMs)) : undefined);
    if (asked === undefined)
      return `the policy was ${policy.kind}, from a file of one's own (${"file" in policy ? policy.file : ""}): name it`;
    this.runs += 1;
    this.reviewer = new Reviewer(asked);
    return undefined;
  }

  private review(logged: LoggedReview): string | undefined {
    const again = (this.reviewer as Reviewer).review(logged.observation, logged.now);
    this.reviews += 1;
    const { decision } = logged;
    if (decision !== undefined && decision.desired !== logged.observation.capacity.desired) this.changes += 1;
    for (const part of ["fault", "decision", "stateHash"] as const) {
      if (logText(logged[part] ?? null) === logText(again[part] ?? null)) continue;
      const [name, before, after] = parting(part, logged[part], again[part]);
      return `${name} was ${before} and is ${after}`;
    }
    return undefined;
  }
}

/** What a replay came to. */
export type ReplayReport = ReplayCounts & ({ readonly agrees: true } | { readonly agrees: false; readonly difference: ReplayDifference });

interface ReplayCounts {
  /** Starts of a controller. */
  readonly runs: number;
  readonly reviews: number;
  /** Reviews whose decision was another capacity. */
  readonly changes: number;
  /** Reviews that did not take place, because the group could not be read. */
  readonly skipped: number;
  /** Lines that are none of a decision log's. */
  readonly others: number;
}

export interface ReplayDifference {
  /** From 1. */
  readonly line: number;
  /** What is wrong in or with that line, without a full stop. */
  readonly problem: string;
  /** Of the review, milliseconds since the run's origin. */
  readonly now?: number;
}

/** The first place, from the outside in, at which two values part. */
function parting(name: string, before: unknown, after: unknown): [string, string, string] {
  if (isRecord(before) && isRecord(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      if (logText(before[key] ?? null) !== logText(after[key] ?? null)) return parting(`${name}.${key}`, before[key], after[key]);
    }
  }
  return [name, shown(before), shown(after)];
}

function shown(value: unknown): string {
  return value === undefined ? "absent" : logText(value);
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
