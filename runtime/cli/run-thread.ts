import { parentPort } from "node:worker_threads";
import { outcomeOf, simulate, type Outcome, type Scenario } from "../../sim/index.ts";

/** A run that a thread is asked to make. */
export interface RunTask {
  readonly scenario: Scenario;
  readonly seed: number;
}

/** What a thread answers: in the order in which it was asked. */
export type RunAnswer = Outcome;

// What goes wrong in a run ends the thread, and reaches whoever asked as the thread's error.
parentPort?.on("message", ({ scenario, seed }: RunTask) => {
  parentPort?.postMessage(outcomeOf(simulate(scenario, seed)) satisfies RunAnswer);
});
