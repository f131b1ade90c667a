import { SimulationRun, type Result, type Scenario, type SimulateOptions } from "../../sim/index.ts";

/** How long the worker may be deaf to the page: a newer request waits for no more than one slice. */
const SLICE_MS = 12;

export interface Watch {
  /** True when nobody wants the result any more; asked between slices. */
  abandoned(): boolean;
  /** Called between slices with the share of virtual time done, 0 to 1. */
  progress(share: number): void;
}

/** Simulates in slices of real time, and lets messages from the page come in between. Undefined when abandoned. */
export async function runSliced(scenario: Scenario, seed: number, watch: Watch, options?: SimulateOptions): Promise<Result | undefined> {
  const run = new SimulationRun(scenario, seed, options);
  let stepMs = run.endMs / 256;
  let untilMs = 0;
  while (untilMs < run.endMs) {
    const startedAt = performance.now();
    untilMs = Math.min(run.endMs, untilMs + Math.max(1, Math.round(stepMs)));
    run.advanceTo(untilMs);
    const tookMs = Math.max(0.1, performance.now() - startedAt);
    stepMs *= Math.min(4, Math.max(0.2, SLICE_MS / tookMs));
    await nextTask();
    if (watch.abandoned()) return undefined;
    watch.progress(untilMs / run.endMs);
  }
  return run.result();
}

/** Gives waiting messages their turn. A timer would not do: browsers stretch nested timers to 4 ms. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
