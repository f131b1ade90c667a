import { assert } from "../assert.ts";

/**
 * Keeps a worker from burning its messages on a downstream that is down: every attempt that fails there costs the
 * message one of its receives, and a queue of healthy messages ends in the dead-letter queue within minutes.
 *
 * **Closed**: the worker works as ever. So many failures in a row that were the downstream's (a job that ends well
 * breaks the row, a job that fails by itself says nothing) open the breaker.
 *
 * **Open**: the worker starts nothing. What still runs may end as it likes. After a while come the probes.
 *
 * **Half-open**: a few jobs are tried. When all of them have ended well the breaker closes; the first that fails because
 * of the downstream opens it again. A probe that fails by itself has shown nothing, and another takes its place.
 *
 * (Nygard, "Release It!", 2nd edition, chapter 5; with the handshake of Microsoft's "Circuit Breaker pattern",
 * https://learn.microsoft.com/azure/architecture/patterns/circuit-breaker.)
 */
export class CircuitBreaker {
  private readonly settings: CircuitBreakerSettings;
  private current: "closed" | "open" | "half-open" = "closed";
  private failuresInARow = 0;
  /** Probes that run or have ended well. */
  private probesTried = 0;
  private probesSucceeded = 0;
  /** 1 for a slot whose job is a probe. */
  private readonly isProbe: Uint8Array;

  constructor(settings: CircuitBreakerSettings, slots: number) {
    assert(settings.failures >= 1 && settings.probes >= 1, "a circuit breaker opens after a failure and tries a probe, at least");
    this.settings = settings;
    this.isProbe = new Uint8Array(slots);
  }

  get state(): "closed" | "open" | "half-open" {
    return this.current;
  }

  /** Jobs that may be started now. */
  get startsLeft(): number {
    if (this.current === "closed") return Infinity;
    return this.current === "open" ? 0 : Math.max(0, this.settings.probes - this.probesTried);
  }

  jobStarted(slot: number): void {
    if (this.current !== "half-open") return;
    this.isProbe[slot] = 1;
    this.probesTried += 1;
  }

  jobSucceeded(slot: number): void {
    if (this.current === "closed") {
      this.failuresInARow = 0;
    } else if (this.endsProbe(slot)) {
      this.probesSucceeded += 1;
      if (this.probesSucceeded >= this.settings.probes) this.close();
    }
  }

  /** @returns Whether the breaker has just opened: it is to be woken after {@link CircuitBreakerSettings.openMs}. */
  jobFailed(slot: number, isDownstream: boolean): boolean {
    if (this.current === "closed") {
      if (!isDownstream) return false;
      this.failuresInARow += 1;
      if (this.failuresInARow < this.settings.failures) return false;
    } else if (!this.endsProbe(slot)) {
      return false;
    } else if (!isDownstream) {
      this.probesTried -= 1;
      return false;
    }
    this.current = "open";
    return true;
  }

  /** It has been open for long enough. */
  wokeUp(): void {
    assert(this.current === "open", "only an open circuit breaker is woken");
    this.current = "half-open";
    this.probesTried = 0;
    this.probesSucceeded = 0;
    this.isProbe.fill(0);
  }

  private endsProbe(slot: number): boolean {
    if (this.current !== "half-open" || this.isProbe[slot] === 0) return false;
    this.isProbe[slot] = 0;
    return true;
  }

  private close(): void {
    this.current = "closed";
    this.failuresInARow = 0;
  }
}

export interface CircuitBreakerSettings {
  /** Failures in a row that open it. */
  readonly failures: number;
  /** How long it stays open, milliseconds. */
  readonly openMs: number;
  /** Jobs that have all to end well to close it. */
  readonly probes: number;
}
