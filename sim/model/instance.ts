import type { EndCause, InstanceStage, LaunchCause, RefusalCause } from "../measure/result.ts";

/**
 * One instance or task, and the legal course of its life.
 *
 * An EC2 instance: launching (decided) → requested (the launch call) → pending → [pending-wait, held by a launch hook] →
 * in-service (EC2 runs, the worker still boots) → working → terminating → draining → [retained, its terminate hook having
 * been abandoned] → terminated. The names are those of ec2-auto-scaling-lifecycle, with "launching", "requested", "working" and "draining" for what happens between them.
 *
 * A Fargate task: provisioning → pending (its image is pulled) → running → working → stopping (SIGTERM) → deprovisioning →
 * stopped. ACTIVATING and DEACTIVATING take no time without a load balancer.
 *
 * A Lambda function's execution environment: pending (a cold start) → working, at invocations or idle → terminated.
 */
export interface Instance {
  readonly number: number;
  readonly purchase: Purchase;
  /** Where it runs, or where its launch will be tried first. */
  zone: number;
  stage: InstanceStage;
  /** When the next step is due; {@link NEVER} while it waits for somebody else. Events at other times are stale. */
  dueAt: number;
  /** When it was decided to put it in service. */
  decidedAt: number;
  /** When its billing began last; {@link NEVER} while it is not billed. */
  billedFrom: number;
  /** When its volume was created; {@link NEVER} before. */
  storedFrom: number;
  /** Stopped: billed for its volume only. */
  isStored: boolean;
  inServiceAt: number;
  /** In service, and counted as warming up. */
  warming: boolean;
  /** The host runs a worker on it. */
  hasWorker: boolean;
  /** What is left of its boot once EC2 runs it, milliseconds. */
  bootMs: number;
  /** It was started from the warm pool. */
  isWarm: boolean;
  /** Its launch hook ends before it has booted. */
  hookTimesOut: boolean;
  /** When Spot recommends to replace it, and when it gives notice; {@link NEVER} for one that it never takes. */
  recommendedAt: number;
  noticeAt: number;
  /** When it fails; {@link NEVER} for not at all. */
  failsAt: number;
  cause: LaunchCause;
  endCause: EndCause | undefined;
  /** The instance that goes when this one is in service, and the other way round; {@link NONE} for none. */
  replaces: number;
  replacedBy: number;
}

export type Purchase = "on-demand" | "spot";

/** How an instance counts in the group's capacity. `waiting`: its launch has failed and will be tried again. */
export type Tally = "waiting" | "pending" | "inService" | "terminating" | "retained" | "pool" | "gone";

/** What an instance costs: nothing, its volume alone, or everything. */
type Billing = "free" | "stored" | "running";

interface StageRules {
  readonly tally: Tally;
  readonly billing: Billing;
  readonly next: readonly InstanceStage[];
}

/** What each stage counts as, what is billed in it, and what may follow it. */
export const STAGES: Readonly<Record<InstanceStage, StageRules>> = {
  launching: { tally: "pending", billing: "free", next: ["requested", "waiting", "pending", "terminated"] },
  requested: { tally: "pending", billing: "free", next: ["waiting", "pending", "terminated"] },
  waiting: { tally: "waiting", billing: "free", next: ["pending", "provisioning", "terminated", "stopped"] },
  pending: {
    tally: "pending",
    billing: "running",
    next: ["pending-wait", "in-service", "terminating", "terminated", "running", "deprovisioning", "working"],
  },
  "pending-wait": { tally: "pending", billing: "running", next: ["in-service", "terminating", "terminated"] },
  "in-service": { tally: "inService", billing: "running", next: ["working", "impaired", "interrupted", "terminating", "terminated"] },
  working: {
    tally: "inService",
    billing: "running",
    next: ["impaired", "interrupted", "terminating", "terminated", "stopping", "deprovisioning"],
  },
  impaired: { tally: "inService", billing: "running", next: ["interrupted", "terminating", "terminated"] },
  interrupted: { tally: "inService", billing: "running", next: ["terminated", "deprovisioning"] },
  terminating: {
    tally: "terminating",
    billing: "running",
    next: ["draining", "terminated", "warmed-running", "warmed-stopped", "warmed-hibernated"],
  },
  draining: {
    tally: "terminating",
    billing: "running",
    next: ["retained", "terminated", "warmed-running", "warmed-stopped", "warmed-hibernated"],
  },
  // No part of the group any more, and billed all the same (instance-lifecycle-policy).
  retained: { tally: "retained", billing: "running", next: ["terminated"] },
  terminated: { tally: "gone", billing: "free", next: [] },
  "warmed-launching": { tally: "pool", billing: "free", next: ["warmed-pending", "terminated"] },
  "warmed-pending": { tally: "pool", billing: "running", next: ["warmed-running", "warmed-stopped", "warmed-hibernated", "terminated"] },
  // A stopped instance pays for its volume only, a hibernated one as well (ec2-auto-scaling-warm-pools).
  "warmed-running": { tally: "pool", billing: "running", next: ["pending", "terminated"] },
  "warmed-stopped": { tally: "pool", billing: "stored", next: ["pending", "terminated"] },
  "warmed-hibernated": { tally: "pool", billing: "stored", next: ["pending", "terminated"] },
  provisioning: { tally: "pending", billing: "free", next: ["waiting", "pending", "deprovisioning"] },
  running: { tally: "inService", billing: "running", next: ["working", "interrupted", "deprovisioning"] },
  stopping: { tally: "terminating", billing: "running", next: ["deprovisioning"] },
  deprovisioning: { tally: "gone", billing: "free", next: ["stopped"] },
  stopped: { tally: "gone", billing: "free", next: [] },
};

/** A launch or a call that was refused, as the log keeps it. */
export interface Refusal {
  readonly cause: RefusalCause;
  /** Whom it befell; {@link NONE} when no single instance. */
  readonly instance: number;
  /** When it is tried again, milliseconds; {@link NEVER} for not at all. */
  readonly retryAt: number;
}

/** In service or on its way there, hence part of what is desired. */
export function isStanding({ stage }: Instance): boolean {
  const { tally } = STAGES[stage];
  return tally === "waiting" || tally === "pending" || tally === "inService";
}

export const NEVER = Infinity;
export const NONE = -1;

/** A fresh one. Spelled out: spread from defaults, each would cost several times as much. */
export function newInstance(given: Pick<Instance, "number" | "purchase" | "zone" | "stage" | "cause" | "decidedAt">): Instance {
  const { number, purchase, zone, stage, cause, decidedAt } = given;
  return {
    number,
    purchase,
    zone,
    stage,
    dueAt: NEVER,
    decidedAt,
    billedFrom: NEVER,
    storedFrom: NEVER,
    isStored: false,
    inServiceAt: 0,
    warming: false,
    hasWorker: false,
    bootMs: 0,
    isWarm: false,
    hookTimesOut: false,
    recommendedAt: NEVER,
    noticeAt: NEVER,
    failsAt: NEVER,
    cause,
    endCause: undefined,
    replaces: NONE,
    replacedBy: NONE,
  };
}
