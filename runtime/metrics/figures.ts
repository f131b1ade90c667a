import type { OwnMetric } from "./metric-names.ts";
import type { QueueDepth } from "./queue-depth.ts";

/** What could be read at one instant; what could not is undefined. */
export interface Readings {
  readonly depth: QueueDepth | undefined;
  /** Instances in service. */
  readonly inService: number | undefined;
  /** Share of the working slots that are busy, 0 to 1. */
  readonly busyShare: number | undefined;
  /** As CloudWatch published it last, seconds. */
  readonly ageSec: number | undefined;
}

export type Figures = Readonly<Partial<Record<OwnMetric, number>>>;

/**
 * The metrics of one instant. One that cannot be known is left out, not made up: an alarm treats a missing datapoint by
 * its own rule.
 *
 * **From zero.** With no instance in service there is nothing to divide by, and metric math would drop the datapoint, so
 * that an alarm loses its data and the group its way back. Here the backlog per instance is then the whole backlog, what
 * the first instance would have; at least 1 while there is any work at all, as in AWS's own formula
 * `IF(workers > 0, work / workers, IF(work > 0, 1, 0))`
 * (AWS Compute blog, 24 March 2026, Enhancing auto scaling resilience by tracking worker utilization metrics).
 *
 * **The age** of the oldest message is CloudWatch's figure, because SQS tells it nowhere else: it is as old as CloudWatch
 * is late, one to two minutes. Only an empty queue is known at once: nothing in it is any age.
 */
export function figuresOf({ depth, inService, busyShare, ageSec }: Readings): Figures {
  const isEmpty = depth !== undefined && depth.visible + depth.inFlight + depth.delayed === 0;
  const age = isEmpty ? 0 : ageSec;
  return {
    ...(depth === undefined || inService === undefined ? {} : { backlogPerInstance: backlogPerInstance(depth, inService) }),
    ...(depth === undefined ? {} : { inFlight: depth.inFlight }),
    ...(busyShare === undefined ? {} : { busyShare }),
    ...(age === undefined ? {} : { ageOfOldestMessage: age }),
    ...(inService === undefined ? {} : { inService }),
  };
}

function backlogPerInstance({ visible, inFlight }: QueueDepth, inService: number): number {
  if (inService > 0) return visible / inService;
  return visible + inFlight > 0 ? Math.max(1, visible) : 0;
}
