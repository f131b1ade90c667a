import type { Pipeline } from "./pipeline.ts";

/** All pipelines. To add one: its folder here, and a line in this list (docs/pipelines.md). */
export const pipelines: readonly Pipeline[] = [];

export function pipelineNamed(name: string): Pipeline | undefined {
  return pipelines.find((pipeline) => pipeline.name === name);
}
