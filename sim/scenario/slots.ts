import type { Scenario } from "./schema.ts";

/**
 * Jobs that run at the same time in one instance: the slots of its worker, or, in an execution environment of a Lambda
 * function, as many messages of its batch as the handler works at once.
 */
export function slotsPerInstance({ worker, fleet }: Pick<Scenario, "worker" | "fleet">): number {
  return fleet.platform === "lambda" ? Math.min(worker.slots, fleet.lambda.batchSize) : worker.slots;
}
