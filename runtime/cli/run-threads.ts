import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Outcome, Scenario } from "../../sim/index.ts";
import { bundle } from "./bundle.ts";
import type { RunAnswer, RunTask } from "./run-thread.ts";

interface Waiting extends RunTask {
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

/** Runs simulations on as many threads as there are processors, the next one on whichever is free. */
export class RunThreads {
  private readonly signal: AbortSignal;
  private readonly line: Waiting[] = [];
  private readonly idle: Worker[] = [];
  private readonly threads = new Map<Worker, Waiting | undefined>();

  /** @param signal Stops all runs, under way or in line: they reject with its reason. */
  constructor(signal: AbortSignal) {
    this.signal = signal;
    signal.addEventListener("abort", this.abort, { once: true });
  }

  run(scenario: Scenario, seed: number): Promise<Outcome> {
    this.signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      this.line.push({ scenario, seed, resolve, reject });
      this.next();
    });
  }

  /** Ends the threads; nothing may be under way. */
  async close(): Promise<void> {
    this.signal.removeEventListener("abort", this.abort);
    await Promise.all([...this.threads.keys()].map((thread) => thread.terminate()));
  }

  private readonly abort = () => {
    const reason: unknown = this.signal.reason;
    for (const { reject } of [...this.line.splice(0), ...[...this.threads.values()].filter((run) => run !== undefined)]) reject(reason);
  };

  private next(): void {
    const [run] = this.line;
    if (run === undefined) return;
    const thread = this.idle.pop() ?? (this.threads.size < availableParallelism() ? this.started() : undefined);
    if (thread === undefined) return;
    this.line.shift();
    this.threads.set(thread, run);
    thread.postMessage({ scenario: run.scenario, seed: run.seed } satisfies RunTask);
  }

  private started(): Worker {
    const thread = new Worker(bundle("run-thread.js"));
    thread.on("message", (answer: RunAnswer) => {
      this.threads.get(thread)?.resolve(answer);
      this.threads.set(thread, undefined);
      this.idle.push(thread);
      this.next();
    });
    thread.on("error", (error) => {
      this.threads.get(thread)?.reject(error);
      this.threads.delete(thread);
      this.next();
    });
    return thread;
  }
}
