import { assertNever } from "../core/assert.ts";
import type { Scenario } from "../scenario/schema.ts";
import { NEVER, STAGES, type Instance, type Purchase } from "./instance.ts";

/**
 * Whom a scale-in takes (ec2-auto-scaling-termination-policies). First how it was bought: of a group with Spot, the kind of
 * which there is more than its share (ec2-auto-scaling-mixed-instances-groups). Then the zone: the one with most instances,
 * as long as it has one that may go. Then, within it, by the policy; of equals the oldest.
 *
 * default: what AWS's comes to with one launch template, the instance closest to its next instance hour; there are no older
 * templates, nor launch configurations, that OldestLaunchTemplate and OldestLaunchConfiguration could tell apart.
 * allocation-strategy: with one instance type nothing more than which kind to take, hence the default's order.
 * fewest-busy-slots, idle-only: those of a function that asks the workers ({@link TerminationFunction}). None of the others
 * knows what a worker is doing.
 */
export type TerminationPolicy = Scenario["fleet"]["terminationPolicy"];

/** Those that a function of the user's stands for (lambda-custom-termination-policy). */
type FunctionPolicy = Extract<TerminationPolicy, "fewest-busy-slots" | "idle-only">;

/** AWS's own. */
export type PredefinedPolicy = Exclude<TerminationPolicy, FunctionPolicy>;

export function isFunctionPolicy(policy: TerminationPolicy): policy is FunctionPolicy {
  return policy === "fewest-busy-slots" || policy === "idle-only";
}

/** Takes the victims of one scale-in from the candidates, one after the other. */
export class TerminationOrder {
  /** By how they were bought and by zone: candidates, the next to go last. */
  private readonly candidates: Readonly<Record<Purchase, Instance[][]>> = { "on-demand": [], spot: [] };
  private readonly options: OrderOptions;
  private readonly ranks = new Map<Instance, number>();

  constructor(candidates: Iterable<Instance>, options: OrderOptions) {
    this.options = options;
    for (const instance of candidates) {
      const rank = rankOf(instance, options);
      if (rank < Infinity) this.ranks.set(instance, rank);
    }
    const ranked = [...this.ranks].sort(([a, rankOfA], [b, rankOfB]) => rankOfB - rankOfA || b.number - a.number);
    for (const [instance] of ranked) (this.candidates[instance.purchase][instance.zone] ??= []).push(instance);
  }

  /**
   * @param standingIn How many instances each zone has now, candidates or not.
   * @param surplus The way to buy of which there is more than its share; undefined when that has no say.
   */
  next(standingIn: (zone: number) => number, surplus: Purchase | undefined): Victim | undefined {
    const preferred = surplus === undefined ? undefined : this.take([surplus], standingIn);
    const instance = preferred ?? this.take(["on-demand", "spot"], standingIn);
    if (instance === undefined) return undefined;
    const most = standingIn(instance.zone);
    const rule = `${this.byPolicy(instance)} of zone ${String(instance.zone)}, which has the most: ${String(most)}.`;
    return { instance, rule: preferred === undefined ? rule : `Of ${instance.purchase} there is more than its share. ${rule}` };
  }

  private take(purchases: readonly Purchase[], standingIn: (zone: number) => number): Instance | undefined {
    let chosen: Instance[] | undefined;
    let best: Instance | undefined;
    for (const purchase of purchases) {
      for (const candidates of this.candidates[purchase].values()) {
        const first = (candidates as Instance[] | undefined)?.at(-1);
        if (first === undefined) continue;
        const isBetter =
          best === undefined ||
          standingIn(first.zone) > standingIn(best.zone) ||
          (first.zone === best.zone && this.rank(first) < this.rank(best));
        if (!isBetter) continue;
        best = first;
        chosen = candidates;
      }
    }
    return chosen?.pop();
  }

  private rank(instance: Instance): number {
    return this.ranks.get(instance) ?? Infinity;
  }

  /** Why this one of its zone. */
  private byPolicy(instance: Instance): string {
    const { policy, now } = this.options;
    if (isYetToCome(instance)) return "Not launched yet, hence the cheapest to give up";
    const ageSec = Math.round((now - instance.billedFrom) / 1000);
    switch (policy) {
      case "default":
      case "closest-to-next-instance-hour":
      case "allocation-strategy":
        return `Closest to its next instance hour (${String(HOUR_MS / 1000 - (ageSec % (HOUR_MS / 1000)))} s)`;
      case "oldest-instance":
        return `The oldest (${String(ageSec)} s)`;
      case "newest-instance":
        return `The newest (${String(ageSec)} s)`;
      case "fewest-busy-slots":
      case "idle-only":
        return `Fewest slots busy (${String(this.rank(instance))} when the function asked)`;
      default:
        return assertNever(policy);
    }
  }
}

/** Whom a scale-in takes, and by which rule. */
export interface Victim {
  readonly instance: Instance;
  readonly rule: string;
}

interface OrderOptions {
  readonly policy: TerminationPolicy;
  readonly now: number;
  /** Slots of an instance that a job runs in. */
  readonly busySlots: (instance: number) => number;
}

/** The lower, the sooner it goes; Infinity for not at all. */
function rankOf(instance: Instance, { policy, now, busySlots }: OrderOptions): number {
  // One whose launch has not begun costs nothing to give up.
  if (isYetToCome(instance)) return -1;
  switch (policy) {
    case "default":
    case "closest-to-next-instance-hour":
    case "allocation-strategy":
      return HOUR_MS - ((now - instance.billedFrom) % HOUR_MS);
    case "oldest-instance":
      return instance.billedFrom;
    case "newest-instance":
      return now - instance.billedFrom;
    case "fewest-busy-slots":
      return instance.hasWorker ? busySlots(instance.number) : 0;
    case "idle-only":
      return instance.hasWorker && busySlots(instance.number) > 0 ? Infinity : 0;
    default:
      return assertNever(policy);
  }
}

function isYetToCome({ stage, billedFrom }: Instance): boolean {
  return STAGES[stage].billing === "free" || billedFrom === NEVER;
}

const HOUR_MS = 3_600_000;
