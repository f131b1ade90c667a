import { DecisionLog, Reviewer, type LoggedPolicy, type Review } from "../../sim/core/policy/decision-log.ts";
import { applyLimits } from "../../sim/core/policy/limits.ts";
import type { Policy } from "../../sim/core/policy/policy.ts";
import type { Clock } from "../clock.ts";
import type { Logger } from "../log.ts";
import { pause } from "../pause.ts";
import type { Lease } from "./lease.ts";
import type { Observer } from "./observer.ts";
import type { GroupChange, ScalableGroup } from "./scalable-group.ts";

/**
 * Drives a scaling policy on a real group: looks, asks the policy, writes down what was seen and decided, and sets the
 * capacity. It knows nothing of scaling; what it adds is that nothing stops it:
 *
 * - A figure that cannot be read is absent from the observation, and policies know what to do then. A group that cannot be
 *   described means no review now and another soon.
 * - A policy that throws has decided nothing; the group stays.
 * - A change that fails is not repeated as such: the next review finds the capacity as it was, and decides anew.
 * - Without the lease (lease.ts), or when only asked to say what it would do, it decides and logs, and leaves the group.
 *
 * The decision is on record before the group is touched.
 */
export class Scaler {
  readonly status: ScalerStatus = { reviews: 0, skipped: 0, faults: 0, changes: 0, failedChanges: 0, skippedInARow: 0 };

  private readonly parts: ScalerParts;
  private readonly reviewer: Reviewer;
  private readonly decisions = new DecisionLog();

  constructor(parts: ScalerParts) {
    this.parts = parts;
    this.reviewer = new Reviewer(parts.policy);
  }

  /** Scales until the signal is aborted; a review that is under way then is finished first. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, lease, logged, about, originEpochMs } = this.parts;
    this.parts.write(this.decisions.start({ originEpochMs, policy: logged, about }));
    const leasing = lease?.run(signal);
    while (!signal.aborted) {
      const waitMs = await this.review();
      await pause(clock, waitMs, signal);
    }
    await leasing;
  }

  /** Reviews once. Returns after how many milliseconds the next review is due. */
  async review(): Promise<number> {
    const { clock, observer, lease, log } = this.parts;
    const lookedAt = clock.now();
    const sight = await observer.look().catch((error: unknown) => {
      log.warn({ err: error }, "the group could not be read; no review");
      return error instanceof Error ? error : new Error(String(error));
    });
    const now = this.parts.now();
    if (sight instanceof Error) {
      this.status.skipped += 1;
      this.status.skippedInARow += 1;
      this.parts.write(this.decisions.skipped(now, sight.message));
      return Math.min(this.parts.everyMs ?? RETRY_MS, RETRY_MS);
    }
    lease?.seen(sight.lease, lookedAt);
    this.status.skippedInARow = 0;
    this.status.reviews += 1;
    const review = this.reviewer.review(sight.observation, now);
    this.status.last = review;
    await this.carryOut(review);
    const wishedMs = review.decision === undefined ? RETRY_MS : review.decision.nextReviewAt - this.parts.now();
    return this.parts.everyMs ?? Math.max(SOONEST_MS, Math.min(wishedMs, LATEST_MS));
  }

  private async carryOut(review: Review): Promise<void> {
    const { lease, isDryRun, write, log } = this.parts;
    const { desired: before } = review.observation.capacity;
    const change = changeOf(review);
    const role = isDryRun ? "dry run" : lease === undefined || lease.isHeld ? "acting" : "standby";
    write(
      this.decisions.review(review, {
        time: new Date(this.parts.originEpochMs + review.now).toISOString(),
        role,
        ...(change && { change }),
      }),
    );
    if (review.fault !== undefined) {
      this.status.faults += 1;
      log.error({ fault: review.fault }, "the policy threw; the group stays as it is");
    }
    if (change === undefined) return;
    const about = { before, ...change, reason: review.decision?.reason.text, owner: lease?.owner };
    if (role !== "acting") {
      log.info(about, `would change the group, but ${role === "dry run" ? "this is a dry run" : "another scaler acts"}`);
      return;
    }
    try {
      await this.parts.group.change(change);
      this.status.changes += 1;
      log.info(about, "changed the group");
    } catch (error) {
      this.status.failedChanges += 1;
      log.warn({ ...about, err: error }, "the group could not be changed; the next review decides anew");
    }
  }
}

export interface ScalerParts {
  readonly policy: Policy<unknown>;
  /** The policy as the log names it. */
  readonly logged: LoggedPolicy;
  readonly group: ScalableGroup;
  readonly observer: Pick<Observer, "look">;
  /** Undefined when there can be no other: in a dry run. */
  readonly lease: Lease | undefined;
  readonly isDryRun: boolean;
  /** Time between reviews, whatever the policy wishes; undefined for its wishes. */
  readonly everyMs: number | undefined;
  readonly clock: Clock;
  /** Whole milliseconds since the origin, by the time of day; never goes back. */
  readonly now: () => number;
  readonly originEpochMs: number;
  /** Takes lines of the decision log. */
  readonly write: (line: string) => void;
  readonly log: Logger;
  readonly about: Readonly<Record<string, string>>;
}

export interface ScalerStatus {
  reviews: number;
  /** Reviews that did not take place; and how many just now, one after the other. */
  skipped: number;
  skippedInARow: number;
  /** Reviews at which the policy threw. */
  faults: number;
  changes: number;
  failedChanges: number;
  last?: Review;
}

/**
 * What a decision changes; undefined when nothing. The group's limits are applied once more: a policy from somebody's
 * file may forget them.
 */
function changeOf({ decision, observation: { capacity }, now }: Review): GroupChange | undefined {
  if (decision === undefined) return undefined;
  const { min = capacity.min, max = capacity.max } = decision.resize ?? {};
  const wanted = Number.isFinite(decision.desired) ? Math.round(decision.desired) : capacity.desired;
  const { desired } = applyLimits(wanted, { ...capacity, min, max }, {}, now);
  const resize = { ...(min === capacity.min ? {} : { min }), ...(max === capacity.max ? {} : { max }) };
  return desired === capacity.desired && Object.keys(resize).length === 0 ? undefined : { desired, ...resize };
}

/** After a review that could not take place. */
const RETRY_MS = 10_000;
/** So that no policy makes the scaler call AWS without pause. */
const SOONEST_MS = 1000;
/** So that a policy that waits for tomorrow still notices what was done to the group meanwhile. */
const LATEST_MS = 3_600_000;
