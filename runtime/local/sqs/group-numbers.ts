import { DEDUP_WINDOW_MS, NONE } from "../../../sim/index.ts";

/**
 * Small numbers for message groups, as the queue models want them. A number is free for another group when its own has
 * had no message for as long as anything remembers it: the deduplication window, and the silence after which a tenant of a
 * fair queue is quiet again. So memory follows the groups of the last minutes, not all that ever were.
 */
export class GroupNumbers {
  private readonly now: () => number;
  private readonly numbers = new Map<string, number>();
  /** By number. */
  private readonly names: string[] = [];
  private readonly members: number[] = [];
  /** When groups without members lost their last one, those that did so first in front. */
  private readonly emptiedAt = new Map<number, number>();

  constructor(now: () => number) {
    this.now = now;
  }

  /** The number of a group that a message enters. */
  enter(name: string): number {
    const group = this.numbers.get(name) ?? this.assign(name);
    this.members[group] = (this.members[group] as number) + 1;
    this.emptiedAt.delete(group);
    return group;
  }

  leave(group: number): void {
    if (group === NONE) return;
    const left = (this.members[group] as number) - 1;
    this.members[group] = left;
    if (left === 0) this.emptiedAt.set(group, this.now());
  }

  private assign(name: string): number {
    const group = this.reusable() ?? this.names.length;
    this.names[group] = name;
    this.members[group] = 0;
    this.numbers.set(name, group);
    return group;
  }

  private reusable(): number | undefined {
    for (const [group, at] of this.emptiedAt) {
      if (this.now() - at <= DEDUP_WINDOW_MS) return undefined;
      this.numbers.delete(this.names[group] as string);
      return group;
    }
    return undefined;
  }
}
