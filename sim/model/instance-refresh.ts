import { PROTECTION_CHECK_MS } from "./fleet-base.ts";
import type { RefreshPreferences } from "./fleet.ts";
import { isStanding, NEVER, NONE, STAGES, type Instance } from "./instance.ts";
import type { Replacements } from "./replacements.ts";
import type { Roster } from "./roster.ts";
import type { Suspensions } from "./suspensions.ts";

/**
 * An instance refresh of an EC2 Auto Scaling group (instance-refresh-overview): every instance of before it is replaced, as
 * many at a time as the share that has to stay healthy allows. What is launched after its start, by whatever cause, is new
 * already.
 *
 * Where more than the desired capacity may run, or all of it has to stay healthy, a replacement is launched first and waited
 * for until it is warm; otherwise one is launched while the old one ends. One at a time goes in any case.
 */
export class InstanceRefresh {
  private readonly group: RefreshedGroup;
  /** Of before the refresh, and not replaced yet. */
  private readonly outdated = new Set<Instance>();
  private preferences: Required<RefreshPreferences> = { minHealthyShare: 0, maxHealthyShare: 1, protectedInstances: "wait", warmUpMs: 0 };
  /** Since when nothing but protected instances is left. */
  private waitsSince = Infinity;
  private progress: { -readonly [Name in keyof RefreshProgress]: RefreshProgress[Name] } | undefined;

  constructor(group: RefreshedGroup) {
    this.group = group;
  }

  get isUnderWay(): boolean {
    return this.progress?.status === "in-progress";
  }

  /** How the one that was started last is doing; undefined before the first. */
  get latest(): RefreshProgress | undefined {
    return this.progress;
  }

  /** False when one is under way already, or there is nothing to replace. */
  start(preferences: Required<RefreshPreferences>, now: number): boolean {
    const standing = [...this.group.roster.all()].filter(isStanding);
    if (this.isUnderWay || standing.length === 0) return false;
    for (const instance of standing) this.outdated.add(instance);
    this.preferences = preferences;
    this.progress = { status: "in-progress", startedAt: now, endedAt: undefined, total: standing.length, remaining: standing.length };
    this.goOn(now);
    return true;
  }

  /** Replaces as many as may be replaced by now. */
  goOn(now: number): void {
    for (const old of this.outdated) if (!isStanding(old)) this.outdated.delete(old);
    const { suspensions } = this.group;
    // Without either process nothing can be replaced (as-suspend-resume-processes).
    if (suspensions.has("launch") || suspensions.has("terminate")) return;
    this.endReplaced(now);
    this.replaceOthers(now);
    this.noteProgress(now);
  }

  /** Leaves the rest as it is. What has been replaced stays so. False when none is under way. */
  cancel(now: number): boolean {
    if (!this.isUnderWay) return false;
    this.stop("cancelled", now);
    return true;
  }

  /** It is over when the last new one is ready. */
  private noteProgress(now: number): void {
    const { progress, outdated } = this;
    if (progress?.status !== "in-progress") return;
    const { fresh } = this.counts(now);
    progress.remaining = outdated.size + fresh;
    if (progress.remaining > 0) return;
    progress.status = "successful";
    progress.endedAt = now;
  }

  private stop(status: "cancelled" | "failed", now: number): void {
    const { outdated, group, progress } = this;
    this.waitsSince = Infinity;
    for (const old of outdated) group.replacements.left(old);
    outdated.clear();
    if (progress !== undefined) {
      progress.status = status;
      progress.endedAt = now;
    }
    group.givenUp(now);
  }

  /** Ends those whose replacements are ready. */
  private endReplaced(now: number): void {
    for (const old of this.outdated) {
      const fresh = old.replacedBy === NONE ? undefined : this.group.roster.get(old.replacedBy);
      if (fresh !== undefined && this.isReady(fresh, now) && this.mayEnd(old, now)) this.end(old, now);
    }
  }

  private replaceOthers(now: number): void {
    const { group, outdated } = this;
    const { minHealthyShare, maxHealthyShare } = this.preferences;
    const desired = group.desired();
    const most = Math.floor(desired * (maxHealthyShare - 1) + ROUNDING);
    // All of it can stay healthy only when a replacement comes first.
    const first = maxHealthyShare > 1 || minHealthyShare === 1 ? Math.max(1, most) : 0;
    const least = Math.ceil(desired * minHealthyShare - ROUNDING);
    let { ready, underWay } = this.counts(now);
    for (const old of outdated) {
      if (old.replacedBy !== NONE || !this.mayEnd(old, now)) continue;
      const readyWithout = ready - (this.isReady(old, now) ? 1 : 0);
      if (group.replacements.extra < first) group.launchInsteadOf(old, now);
      else if (readyWithout >= least || (first === 0 && underWay === 0)) {
        this.end(old, now);
        ready = readyWithout;
      } else break;
      underWay += 1;
    }
    // One at a time could always go, but for protection.
    const areKept = underWay === 0 && outdated.size > 0 && [...outdated].every(({ stage }) => stage !== "interrupted");
    if (areKept) this.waitOn(now);
    else this.waitsSince = Infinity;
  }

  /** AWS gives up when protected instances have kept it for an hour (RefreshPreferences). */
  private waitOn(now: number): void {
    const { roster } = this.group;
    if (this.waitsSince === Infinity) {
      this.waitsSince = now;
      roster.refused({ cause: "protected", instance: NONE, retryAt: now + PROTECTION_CHECK_MS }, now);
    }
    if (now - this.waitsSince < PROTECTION_LIMIT_MS) return;
    roster.refused({ cause: "protected", instance: NONE, retryAt: NEVER }, now);
    this.stop("failed", now);
  }

  private end(old: Instance, now: number): void {
    this.outdated.delete(old);
    this.group.end(old, now);
  }

  private mayEnd(old: Instance, now: number): boolean {
    if (old.stage === "interrupted") return false;
    if (this.preferences.protectedInstances === "refresh" || this.group.mayGo(old, now)) return true;
    if (this.preferences.protectedInstances === "ignore") this.outdated.delete(old);
    return false;
  }

  /** fresh: of those under way, what this refresh has launched. */
  private counts(now: number): { ready: number; underWay: number; fresh: number } {
    let ready = 0;
    let underWay = 0;
    let fresh = 0;
    for (const instance of this.group.roster.all()) {
      if (this.isReady(instance, now)) ready += 1;
      else if (isStanding(instance) && !this.outdated.has(instance)) {
        underWay += 1;
        if (instance.cause === "deployment") fresh += 1;
      }
    }
    return { ready, underWay, fresh };
  }

  /** In service, healthy and warm. */
  private isReady({ stage, inServiceAt }: Instance, now: number): boolean {
    const isHealthy = STAGES[stage].tally === "inService" && stage !== "impaired" && stage !== "interrupted";
    return isHealthy && now - inServiceAt >= this.preferences.warmUpMs;
  }
}

/** Times in milliseconds. */
export interface RefreshProgress {
  /** failed: protected instances have kept it for too long. */
  readonly status: "in-progress" | "successful" | "failed" | "cancelled";
  readonly startedAt: number;
  /** Undefined while it is under way. */
  readonly endedAt: number | undefined;
  /** Instances to replace, at its start. */
  readonly total: number;
  /** Those that are not replaced yet, and new ones that are not ready. */
  readonly remaining: number;
}

/** What a refresh needs of its group. */
export interface RefreshedGroup {
  readonly roster: Pick<Roster, "all" | "get" | "refused">;
  readonly replacements: Pick<Replacements, "extra" | "left">;
  readonly suspensions: Pick<Suspensions, "has">;
  desired(): number;
  /** Whether nothing protects the instance. */
  mayGo(instance: Instance, now: number): boolean;
  launchInsteadOf(old: Instance, now: number): void;
  /** Ends an instance, and launches another unless that has been done. */
  end(old: Instance, now: number): void;
  /** The refresh has been stopped; replacements whose old ones stay are beyond the desired capacity now. */
  givenUp(now: number): void;
}

const PROTECTION_LIMIT_MS = 3_600_000;
/** So that 90 % of 10 is 9. */
const ROUNDING = 1e-9;
