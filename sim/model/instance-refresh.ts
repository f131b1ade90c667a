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
  private preferences: Required<RefreshPreferences> = { minHealthyShare: 0, maxHealthyShare: 1, protectedInstances: "wait" };
  /** Since when nothing but protected instances is left. */
  private waitsSince = Infinity;

  constructor(group: RefreshedGroup) {
    this.group = group;
  }

  get isUnderWay(): boolean {
    return this.outdated.size > 0;
  }

  /** False when one is under way already, or there is nothing to replace. */
  start(preferences: Required<RefreshPreferences>, now: number): boolean {
    const standing = [...this.group.roster.all()].filter(isStanding);
    if (this.isUnderWay || standing.length === 0) return false;
    for (const instance of standing) this.outdated.add(instance);
    this.preferences = preferences;
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
    const { roster, replacements } = this.group;
    if (this.waitsSince === Infinity) {
      this.waitsSince = now;
      roster.refused({ cause: "protected", instance: NONE, retryAt: now + PROTECTION_LIMIT_MS }, now);
    }
    if (now - this.waitsSince < PROTECTION_LIMIT_MS) return;
    this.waitsSince = Infinity;
    roster.refused({ cause: "protected", instance: NONE, retryAt: NEVER }, now);
    for (const old of this.outdated) replacements.left(old);
    this.outdated.clear();
    this.group.givenUp(now);
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

  private counts(now: number): { ready: number; underWay: number } {
    let ready = 0;
    let underWay = 0;
    for (const instance of this.group.roster.all()) {
      if (this.isReady(instance, now)) ready += 1;
      else if (isStanding(instance) && !this.outdated.has(instance)) underWay += 1;
    }
    return { ready, underWay };
  }

  /** In service, healthy and warm. */
  private isReady({ stage, inServiceAt }: Instance, now: number): boolean {
    const isHealthy = STAGES[stage].tally === "inService" && stage !== "impaired" && stage !== "interrupted";
    return isHealthy && now - inServiceAt >= this.group.warmUpMs;
  }
}

/** What a refresh needs of its group. */
export interface RefreshedGroup {
  readonly roster: Pick<Roster, "all" | "get" | "refused">;
  readonly replacements: Pick<Replacements, "extra" | "left">;
  readonly suspensions: Pick<Suspensions, "has">;
  readonly warmUpMs: number;
  desired(): number;
  /** Whether nothing protects the instance. */
  mayGo(instance: Instance, now: number): boolean;
  launchInsteadOf(old: Instance, now: number): void;
  /** Ends an instance, and launches another unless that has been done. */
  end(old: Instance, now: number): void;
  /** The refresh has failed; replacements whose old ones stay are beyond the desired capacity now. */
  givenUp(now: number): void;
}

const PROTECTION_LIMIT_MS = 3_600_000;
/** So that 90 % of 10 is 9. */
const ROUNDING = 1e-9;
