import { EXIT, Problem } from "./problem.ts";

/** Ctrl-C, or the system's request to end, as an abort signal. The second one ends the process there and then. */
export class Interruption {
  readonly signal: AbortSignal;
  private readonly controller = new AbortController();
  private readonly message: string;

  /** @param message What a stopped command says. */
  constructor(message: string) {
    this.message = message;
    this.signal = this.controller.signal;
    process.once("SIGINT", this.interrupted);
    process.once("SIGTERM", this.terminated);
  }

  /** Leaves Ctrl-C to the system again: from here on there is nothing to clean up. */
  release(): void {
    process.off("SIGINT", this.interrupted);
    process.off("SIGTERM", this.terminated);
  }

  private readonly interrupted = () => this.controller.abort(new Problem(this.message, { exitCode: EXIT.interrupted }));
  private readonly terminated = () => this.controller.abort(new Problem(this.message, { exitCode: EXIT.terminated }));
}
