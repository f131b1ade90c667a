/**
 * Decides what to start when requests come faster than they can be served. At most one runs; of those that wait, only
 * the newest is kept.
 *
 * - A request that is `patient` (a preview, while the hand moves) lets the one that runs come to its end, so that the
 *   page shows something even if the hand never rests; but it does not wait longer than `patienceMs`.
 * - Every other request stops the one that runs. What runs without patience (an exact run) is stopped by any newer one.
 */
export class LatestWins<Request> {
  private running: Running | undefined;
  private waiting: Waiting<Request> | undefined;

  /** Serves a request; resolves soon after `signal` is aborted, at the latest. Must not reject. */
  private readonly serve: (request: Request, signal: AbortSignal) => Promise<void>;
  private readonly patienceMs: number;
  private readonly clock: () => number;

  constructor(serve: (request: Request, signal: AbortSignal) => Promise<void>, patienceMs: number, clock: () => number) {
    this.serve = serve;
    this.patienceMs = patienceMs;
    this.clock = clock;
  }

  submit(request: Request, { patient }: { patient: boolean }): void {
    this.waiting = { request, patient };
    if (this.running === undefined) {
      void this.next();
    } else if (!patient || !this.running.patient || this.clock() - this.running.startedAt >= this.patienceMs) {
      this.running.abort.abort();
    }
  }

  /** Stops what runs and forgets what waits. */
  cancel(): void {
    this.waiting = undefined;
    this.running?.abort.abort();
  }

  private async next(): Promise<void> {
    while (this.waiting !== undefined) {
      const { request, patient } = this.waiting;
      this.waiting = undefined;
      const abort = new AbortController();
      this.running = { abort, patient, startedAt: this.clock() };
      await this.serve(request, abort.signal);
      this.running = undefined;
    }
  }
}

interface Running {
  readonly abort: AbortController;
  readonly patient: boolean;
  readonly startedAt: number;
}

interface Waiting<Request> {
  readonly request: Request;
  readonly patient: boolean;
}
