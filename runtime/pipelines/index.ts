import { SettingsProblem } from "../settings.ts";
import { emails } from "./emails/pipeline.ts";
import { jobs } from "./jobs/pipeline.ts";
import { orders } from "./orders/pipeline.ts";
import { payments } from "./payments/pipeline.ts";
import type { Pipeline } from "./pipeline.ts";
import { transactions } from "./transactions/pipeline.ts";

/** All pipelines. To add one: its folder here, and a line in this list (docs/pipelines.md). */
export const pipelines: readonly Pipeline[] = [emails, jobs, orders, payments, transactions];

export function pipelineNamed(name: string): Pipeline | undefined {
  return pipelines.find((pipeline) => pipeline.name === name);
}

/**
 * The pipeline that the setting PIPELINE names.
 *
 * @throws {SettingsProblem} When there is none of that name.
 */
export function pipelineFor(name = ""): Pipeline {
  const pipeline = pipelineNamed(name);
  if (pipeline !== undefined) return pipeline;
  const known = pipelines.map((each) => each.name).join(", ");
  const fault = name === "" ? "is not set: set it to" : `is ${JSON.stringify(name)}, and has to be`;
  throw new SettingsProblem([`PIPELINE ${fault} one of ${known}. It is the pipeline whose API is served.`]);
}
