import { assertNever } from "../core/assert.ts";
import type { Scenario } from "../scenario/schema.ts";
import { NEVER, STAGES, type Instance } from "./instance.ts";

/**
 * Whom a scale-in takes (ec2-auto-scaling-termination-policies). First the zone: the one with most instances, as long as
 * it has one that may go. Then, within it, by the policy; of equals the oldest. None of the policies knows what a worker
 * is doing.
 *
 * default: what AWS's comes to with one launch template, the instance closest to its next instance hour.
 * allocation-strategy: of the way to buy of which there is more than its share.
 */
export type TerminationPolicy = Scenario["fleet"]["terminationPolicy"];

/** Takes the victims of one scale-in from the candidates, one after the other. */
export class TerminationOrder {
  /** By zone: candidates, the next to go last. */
  private readonly byZone: Instance[][] = [];
  private readonly options: OrderOptions;

  constructor(candidates: Iterable<Instance>, options: OrderOptions) {
    this.options = options;
    const { policy, now } = options;
    const preferred = options.spotSurplus > 0 ? "spot" : "on-demand";
    const ranked: { instance: Instance; rank: number }[] = [];
    for (const instance of candidates) {
      const isSpared = policy === "allocation-strategy" && instance.purchase !== preferred;
      ranked.push({ instance, rank: rankOf(instance, policy, now) + (isSpared ? HOUR_MS : 0) });
    }
    ranked.sort((a, b) => b.rank - a.rank || b.instance.number - a.instance.number);
    for (const { instance } of ranked) (this.byZone[instance.zone] ??= []).push(instance);
  }

  /** @param standingIn How many instances each zone has now, candidates or not. */
  next(standingIn: (zone: number) => number): Victim | undefined {
    let fullest: Instance[] | undefined;
    let most = -1;
    for (const [zone, candidates] of this.byZone.entries()) {
      if ((candidates as Instance[] | undefined) === undefined || candidates.length === 0 || standingIn(zone) <= most) continue;
      fullest = candidates;
      most = standingIn(zone);
    }
    const instance = fullest?.pop();
    if (instance === undefined) return undefined;
    return { instance, rule: `${this.byPolicy(instance)} of zone ${String(instance.zone)}, which has the most: ${String(most)}.` };
  }

  /** Why this one of its zone. */
  private byPolicy(instance: Instance): string {
    const { policy, spotSurplus, now } = this.options;
    if (STAGES[instance.stage].billing === "free" || instance.billedFrom === NEVER)
      return "Not launched yet, hence the cheapest to give up";
    const ageSec = Math.round((now - instance.billedFrom) / 1000);
    switch (policy) {
      case "allocation-strategy":
        return `Bought as ${instance.purchase}, of which there is ${spotSurplus > 0 === (instance.purchase === "spot") ? "" : "no "}more than its share,`;
      case "default":
      case "closest-to-next-instance-hour":
        return `Closest to its next instance hour (${String(HOUR_MS / 1000 - (ageSec % (HOUR_MS / 1000)))} s)`;
      case "oldest-instance":
        return `The oldest (${String(ageSec)} s)`;
      case "newest-instance":
        return `The newest (${String(ageSec)} s)`;
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
  readonly spotSurplus: number;
  readonly now: number;
}

/** The lower, the sooner it goes. */
function rankOf(instance: Instance, policy: TerminationPolicy, now: number): number {
  // One whose launch has not begun costs nothing to give up.
  if (STAGES[instance.stage].billing === "free" || instance.billedFrom === NEVER) return -1;
  switch (policy) {
    case "default":
    case "closest-to-next-instance-hour":
    case "allocation-strategy":
      return HOUR_MS - ((now - instance.billedFrom) % HOUR_MS);
    case "oldest-instance":
      return instance.billedFrom;
    case "newest-instance":
      return now - instance.billedFrom;
    default:
      return assertNever(policy);
  }
}

const HOUR_MS = 3_600_000;
