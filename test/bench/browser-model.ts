/**
 * What the browser benchmark runs on both sides, as one script: the model of `model.bench.ts`, timed by the clock on the
 * wall, which is the one that both sides have.
 */
import { scenarioSchema } from "../../sim/scenario/schema.ts";
import { simulate } from "../../sim/simulate.ts";
import { plainModel } from "./plain-model.ts";

/** Simulates so many virtual seconds; nanoseconds a message, and the digest. */
function timedRun(durationSec: number): { readonly ns: number; readonly digest: string } {
  const scenario = scenarioSchema.parse(plainModel(durationSec));
  const startedAt = performance.now();
  const { summary, digest } = simulate(scenario, 1);
  return { ns: ((performance.now() - startedAt) * 1e6) / summary.messages.deleted, digest };
}

Object.assign(globalThis, { timedRun });
