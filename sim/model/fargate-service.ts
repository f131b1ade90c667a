import { assert } from "../core/assert.ts";
import type { DurationSampler } from "../kernel/distributions.ts";
import type { RandomStream } from "../kernel/random.ts";
import type { EndCause, LaunchCause } from "../measure/result.ts";
import { FleetBase, type FleetParts, type FleetSettings } from "./fleet-base.ts";
import { isStanding, NEVER, NONE, STAGES, type Instance } from "./instance.ts";
import { PerMinute, TokenBucket } from "./rate-limits.ts";
import type { Process } from "./processes.ts";

/**
 * An ECS service on Fargate. An instance is a task here; in service means RUNNING, which is what ECS's own policies count
 * from (service-auto-scaling).
 *
 * A task that is to go is sent SIGTERM and drains; what still runs after `stopTimeout` is killed. There are no hooks. Whom
 * the scheduler stops is arbitrary, but for the balance of the zones: it does not know who is busy (containers-roadmap#125).
 */
export class FargateService extends FleetBase {
  private readonly settings: FargateSettings;
  private readonly times: FargateTimes;
  private readonly victims: RandomStream;
  private readonly launchBucket: TokenBucket;
  private readonly launchesPerMinute: PerMinute;
  /** Tasks of before the deployment that is under way. */
  private readonly outdated = new Set<Instance>();
  private maxShare = 1;

  constructor(
    parts: FleetParts & {
      readonly settings: FargateSettings;
      readonly times: FargateTimes;
      /** Chooses whom a scale-in stops. */
      readonly victims: RandomStream;
    },
  ) {
    super(parts);
    this.settings = parts.settings;
    this.times = parts.times;
    this.victims = parts.victims;
    this.launchBucket = new TokenBucket(parts.settings.launchCalls);
    this.launchesPerMinute = new PerMinute(parts.settings.launchesPerMinute);
  }

  workerStopped(number: number, now: number): void {
    const task = this.roster.get(number) as Instance;
    task.hasWorker = false;
    const isInterrupted = task.stage === "interrupted";
    this.vanish(task, now);
    this.replacements.left(task);
    // The process has ended before Spot took its task: the service starts another.
    if (isInterrupted) this.reconcile("replacement", now);
  }

  /** A rolling update (deployment-type-ecs). While it lasts no policy scales the service in (service-auto-scaling). */
  override deploy(maxShare: number, now: number): boolean {
    if (this.outdated.size > 0) return false;
    for (const task of this.roster.all()) if (isStanding(task)) this.outdated.add(task);
    this.maxShare = maxShare;
    this.deploymentDue(now);
    return true;
  }

  override isSuspended(process: Process): boolean {
    return (process === "dynamic-scaling-in" && this.outdated.size > 0) || super.isSuspended(process);
  }

  protected step(task: Instance, now: number): void {
    switch (task.stage) {
      case "provisioning":
        if (task.bootMs < 0) this.provision(task, now);
        else {
          this.roster.enter(task, "pending", now);
          this.schedule(task, now + task.bootMs);
        }
        break;
      case "waiting":
        this.provision(task, now);
        break;
      case "pending":
        this.runs(task, now);
        break;
      case "running":
        this.begin(task, now);
        break;
      case "interrupted":
        this.lose(task, "spot-interruption", now);
        this.reconcile("replacement", now);
        break;
      case "stopping":
        this.kill(task, now);
        this.vanish(task, now);
        break;
      case "deprovisioning":
        this.roster.enter(task, "stopped", now);
        break;
      default:
        assert(false, `nothing is due in stage ${task.stage}`);
    }
  }

  protected launch(cause: LaunchCause, now: number): Instance {
    const task = this.roster.add({ stage: "provisioning", zone: this.roster.emptiestZone(), purchase: this.nextPurchase(), cause }, now);
    task.bootMs = NOT_LAUNCHED;
    const askedAt = now + this.settings.decisionDelayMs;
    this.schedule(task, this.launchBucket.book(this.launchesPerMinute.book(askedAt)));
    return task;
  }

  protected endSurplus(now: number): void {
    const { roster } = this;
    const byZone: Instance[][] = [];
    for (const task of roster.all()) {
      if (!this.mayGo(task, now)) continue;
      if (task.stage === "working" || task.stage === "running") (byZone[task.zone] ??= []).push(task);
      // Nothing is lost with a task that does not run yet.
      else if (roster.standing > this.wanted) {
        roster.log.chosen(task, "Does not run yet: nothing is lost with it.");
        this.stop(task, now);
      }
    }
    while (roster.standing > this.wanted) {
      const zones = Array.from(byZone.keys()).filter((zone) => (byZone[zone]?.length ?? 0) > 0);
      const fullest = zones.sort((a, b) => roster.standingIn(b) - roster.standingIn(a) || a - b)[0];
      if (fullest === undefined) return;
      const tasks = byZone[fullest] as Instance[];
      const chosen = this.victims.below(tasks.length);
      const victim = tasks[chosen] as Instance;
      this.roster.log.chosen(
        victim,
        `Drawn from ${String(tasks.length)} that may go of zone ${String(fullest)}, which has the most: the scheduler knows of no better.`,
      );
      tasks[chosen] = tasks.at(-1) as Instance;
      tasks.pop();
      this.stop(victim, now);
    }
  }

  protected vanish(task: Instance, now: number): void {
    this.roster.enter(task, "deprovisioning", now);
    this.schedule(task, now + this.settings.deprovisioningMs);
  }

  /** A task has no status checks of a machine: one that hangs ends when its container does. */
  protected failureDue(task: Instance, now: number): void {
    this.lose(task, "failed", now);
    this.reconcile("replacement", now);
  }

  /** The launch is asked for: the network interface is attached, then the image is pulled. */
  private provision(task: Instance, now: number): void {
    if (!this.findsCapacity(task, now)) {
      if (task.stage !== "waiting") this.roster.enter(task, "waiting", now);
      this.schedule(task, this.retryAt);
      return;
    }
    if (task.stage === "waiting") this.roster.enter(task, "provisioning", now);
    const startMs = this.times.start.nextMs();
    const attachMs = Math.min(startMs, this.settings.attachMs);
    task.bootMs = startMs - attachMs;
    this.schedule(task, now + attachMs);
  }

  private runs(task: Instance, now: number): void {
    this.roster.enter(task, "running", now);
    this.relieve(this.replacements.relievedBy(task), now);
    this.exposed(task, now);
    const applicationMs = this.times.application.nextMs();
    if (applicationMs === 0) this.begin(task, now);
    else this.schedule(task, now + applicationMs);
  }

  /** Goes on with the deployment: takes new tasks for old ones, as far as there may be more tasks than are desired. */
  protected deploymentDue(now: number): void {
    const { outdated, replacements } = this;
    const most = Math.max(1, Math.floor(this.desired * (this.maxShare - 1)));
    for (const old of outdated) {
      if (!isStanding(old)) outdated.delete(old);
      else if (old.replacedBy !== NONE) {
        const fresh = this.roster.get(old.replacedBy) as Instance;
        if (STAGES[fresh.stage].tally === "inService" && this.mayGo(old, now)) this.stop(old, now, "deployment");
      } else if (replacements.extra < most && !this.suspensions.has("launch")) this.launchInsteadOf(old, "deployment", now);
    }
    if (outdated.size > 0) this.watchDeployment(now);
  }

  /** A protected task is spared by deployments too, as long as it is (task-scale-in-protection). */
  private relieve(old: Instance | undefined, now: number): void {
    if (old === undefined) return;
    if (this.mayGo(old, now)) this.stop(old, now, "deployment");
    else this.roster.refused({ cause: "protected", instance: old.number, retryAt: NEVER }, now);
  }

  private stop(
    task: Instance,
    now: number,
    cause: EndCause = task.hasWorker || task.stage === "running" ? "scale-in" : "called-off",
  ): void {
    this.roster.ends(task, cause);
    this.replacements.left(task);
    this.outdated.delete(task);
    if (!task.hasWorker) {
      if (task.stage === "waiting") this.roster.enter(task, "stopped", now);
      else this.vanish(task, now);
      return;
    }
    this.roster.enter(task, "stopping", now);
    this.schedule(task, now + this.settings.stopTimeoutMs);
    this.host.drainBegins(task.number, now);
  }
}

/** Times in milliseconds. */
export interface FargateSettings extends FleetSettings {
  /** From a decision to the first call. */
  readonly decisionDelayMs: number;
  /** The part of a start that attaches the network interface; the image is pulled, and billed, after it. */
  readonly attachMs: number;
  readonly deprovisioningMs: number;
  /** From SIGTERM to SIGKILL. */
  readonly stopTimeoutMs: number;
  /** Fargate: launches at once, and a second (ECS: throttling). */
  readonly launchCalls: { readonly burst: number; readonly perSec: number };
  readonly launchesPerMinute: number;
}

export interface FargateTimes {
  /** From the launch to RUNNING. */
  readonly start: DurationSampler;
  /** From RUNNING to the worker's first receive. */
  readonly application: DurationSampler;
}

const NOT_LAUNCHED = -1;
