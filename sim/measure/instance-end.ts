import type { InstanceRecord, InstanceStage } from "./result.ts";

/** When an instance began to go, milliseconds. */
export function endedAt({ stages }: InstanceRecord): number {
  return (stages.find(({ stage }) => ENDING.has(stage)) ?? stages.at(-1))?.at ?? 0;
}

/** Stages of an instance that is to go, or gone. */
export const ENDING: ReadonlySet<InstanceStage> = new Set<InstanceStage>([
  "impaired",
  "interrupted",
  "terminating",
  "draining",
  "retained",
  "terminated",
  "stopping",
  "deprovisioning",
  "stopped",
]);
