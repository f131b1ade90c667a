import { NONE, type Instance } from "./instance.ts";

/**
 * Instances for which a replacement is launched before they go: after a rebalance recommendation, to even out the zones,
 * under an instance maintenance policy. While such a pair is there the group is one larger than desired.
 */
export class Replacements {
  /** Pairs, hence instances beyond the desired capacity. */
  extra = 0;
  private readonly find: (number: number) => Instance | undefined;

  constructor(find: (number: number) => Instance | undefined) {
    this.find = find;
  }

  pair(old: Instance, fresh: Instance): void {
    old.replacedBy = fresh.number;
    fresh.replaces = old.number;
    this.extra += 1;
  }

  /** Whom an instance that is in service now replaces, if that one is to be ended; one that ends by itself is left to it. */
  relievedBy(fresh: Instance): Instance | undefined {
    const old = fresh.replaces === NONE ? undefined : this.find(fresh.replaces);
    return old?.stage === "interrupted" ? undefined : old;
  }

  /** An instance is no part of the group any more. */
  left(instance: Instance): void {
    const { replacedBy, replaces } = instance;
    if (replacedBy === NONE && replaces === NONE) return;
    const partner = this.find(replacedBy === NONE ? replaces : replacedBy);
    if (partner !== undefined) {
      partner.replacedBy = NONE;
      partner.replaces = NONE;
    }
    instance.replacedBy = NONE;
    instance.replaces = NONE;
    this.extra -= 1;
  }
}
