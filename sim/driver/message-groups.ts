import type { RandomStream, RandomStreams } from "../kernel/random.ts";
import type { Scenario } from "../scenario/schema.ts";

/** Gives messages their groups, as a scenario's queue spreads them. */
export class MessageGroups {
  private readonly groups: Groups;
  private readonly draws: RandomStream;

  constructor(groups: Groups, draws: RandomStream) {
    this.groups = groups;
    this.draws = draws;
  }

  /** The group of a message that is sent at `now`, from 0. */
  groupAt(now: number): number {
    const { count, hotShare, hotFromSec, hotForSec } = this.groups;
    const isHot = hotShare > 0 && now >= hotFromSec * SEC && now < (hotFromSec + hotForSec) * SEC;
    // Two draws for every message, so that one's group does not depend on whether another one's time was hot.
    const chance = this.draws.uniform();
    const spread = this.draws.uniform();
    if (!isHot) return Math.floor(spread * count);
    return chance < hotShare || count === 1 ? HOT_GROUP : 1 + Math.floor(spread * (count - 1));
  }
}

/** Undefined for a queue whose messages have no groups. */
export function groupsOf({ queue }: Pick<Scenario, "queue">, streams: RandomStreams): MessageGroups | undefined {
  const { type, groups } = queue;
  return type === "standard" && groups === null ? undefined : new MessageGroups(groups ?? ONE_GROUP, streams.stream("groups"));
}

type Groups = NonNullable<Scenario["queue"]["groups"]>;

/** A FIFO queue whose messages all have the same group. */
const ONE_GROUP: Groups = { count: 1, hotShare: 0, hotFromSec: 0, hotForSec: 0 };
const HOT_GROUP = 0;
const SEC = 1000;
