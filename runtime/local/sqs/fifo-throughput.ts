import { CallLimit } from "../../../sim/index.ts";
import { AwsError } from "../service.ts";

/**
 * How many calls a second a FIFO queue lets through, a batch being one call (quotas-messages): 300 of each action, or in
 * high-throughput mode the quota of the Region, of which each message group has 300 (high-throughput-fifo).
 */
export class FifoThroughput {
  private perSec = CALLS_PER_SEC;
  private byAction = new Map<string, CallLimit>();
  private readonly byGroup = new Map<string, CallLimit>();

  setLimit(limit: string | undefined): void {
    const perSec = limit === "perMessageGroupId" ? HIGH_THROUGHPUT_CALLS_PER_SEC : CALLS_PER_SEC;
    if (perSec === this.perSec) return;
    this.perSec = perSec;
    this.byAction = new Map();
  }

  /** @throws {AwsError} ThrottlingException */
  admit(action: "send" | "receive" | "delete" | "change", groups: ReadonlySet<string>, now: number): void {
    let limit = this.byAction.get(action);
    if (limit === undefined) this.byAction.set(action, (limit = new CallLimit(this.perSec)));
    if (!limit.admits(now)) throw throttled();
    if (this.perSec === HIGH_THROUGHPUT_CALLS_PER_SEC) for (const group of groups) this.admitGroup(group, now);
  }

  private admitGroup(group: string, now: number): void {
    let limit = this.byGroup.get(group);
    if (limit === undefined) {
      // A bucket that nobody has used for a second is full: forgetting all of them forgets little.
      if (this.byGroup.size >= MOST_GROUPS) this.byGroup.clear();
      this.byGroup.set(group, (limit = new CallLimit(CALLS_PER_SEC)));
    }
    if (!limit.admits(now)) throw throttled();
  }
}

export const NO_GROUPS: ReadonlySet<string> = new Set();

const CALLS_PER_SEC = 300;
/** us-east-1, us-west-2 and eu-west-1. */
const HIGH_THROUGHPUT_CALLS_PER_SEC = 70_000;
const MOST_GROUPS = 100_000;

function throttled(): AwsError {
  return new AwsError("ThrottlingException", "Rate exceeded.");
}
