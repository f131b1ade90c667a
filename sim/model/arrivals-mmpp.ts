import type { RandomStream } from "../kernel/random.ts";
import { CHUNK, type ArrivalSource } from "./arrivals.ts";

export interface MmppState {
  readonly ratePerSec: number;
  readonly meanStaySec: number;
}

/**
 * Poisson arrivals whose rate is that of a hidden state (a Markov-modulated Poisson process): bursts that last.
 *
 * A stay in a state is exponential; after it comes each of the other states with the same chance. The share of time in
 * a state is thus its mean stay over the sum of all, and the first state is drawn by these shares: the process is
 * stationary from the start.
 */
export class MmppArrivals implements ArrivalSource {
  private readonly stream: RandomStream;
  /** Drives the states, which are thus the same whatever the rates in them. */
  private readonly changes: RandomStream;
  private readonly states: readonly MmppState[];
  private readonly draws = new Float64Array(CHUNK);
  private nowMs = 0;
  private state: number;
  private stayEndMs: number;

  /** @param states At least two. */
  constructor(stream: RandomStream, changes: RandomStream, states: readonly MmppState[]) {
    this.stream = stream;
    this.changes = changes;
    this.states = states;
    this.state = this.firstState();
    this.stayEndMs = this.stayMs();
  }

  fill(times: Float64Array, endMs: number): void {
    const { draws } = this;
    this.stream.fillExponentials(draws);
    for (let index = 0; index < times.length; index += 1) {
      let expected = draws[index] as number;
      let rate = this.ratePerMs();
      while (expected >= (this.stayEndMs - this.nowMs) * rate && this.stayEndMs <= endMs) {
        expected -= (this.stayEndMs - this.nowMs) * rate;
        this.nowMs = this.stayEndMs;
        const other = this.changes.below(this.states.length - 1);
        this.state = other < this.state ? other : other + 1;
        this.stayEndMs += this.stayMs();
        rate = this.ratePerMs();
      }
      this.nowMs += expected / rate;
      times[index] = this.nowMs;
    }
  }

  private ratePerMs(): number {
    return (this.states[this.state] as MmppState).ratePerSec / 1000;
  }

  private stayMs(): number {
    return this.changes.exponential() * (this.states[this.state] as MmppState).meanStaySec * 1000;
  }

  private firstState(): number {
    const total = this.states.reduce((sum, { meanStaySec }) => sum + meanStaySec, 0);
    let place = this.changes.uniform() * total;
    const found = this.states.findIndex(({ meanStaySec }) => (place -= meanStaySec) < 0);
    return found === -1 ? this.states.length - 1 : found;
  }
}
