import type { Clock } from "../clock.ts";
import { pause } from "../pause.ts";

/**
 * Who acts, when several scalers run for one group: the one that holds the lease. The others decide, and keep their
 * policy's state warm, but leave the group alone.
 *
 * The lease is a text on the group itself (a tag), `owner beat`, read with the group at every review anyway, so that
 * there is no further service to run, pay for and be unavailable. A tag can only be overwritten, there is no
 * compare-and-set, so two things stand in for it:
 *
 * - **A lease that is alive changes.** Its holder writes a new beat every `renewEveryMs`. Who has seen it unchanged for
 *   `ttlMs`, by a clock of their own, may take it; clocks need not agree (as in Kubernetes' client-go, leaderelection).
 *   The holder itself stops acting `marginMs` before anybody could do so.
 * - **Who takes it waits and looks again.** Several may see it lapse and all write; the last write stands. Each waits
 *   `settleMs`, longer than any other's write can be under way (`takeWithinMs` from look to write), and only whom the tag
 *   then names holds it. This is Fischer's algorithm (Lamport 1987, A Fast Mutual Exclusion Algorithm,
 *   https://doi.org/10.1145/7351.7352).
 *
 * **What is promised.** As long as a call takes effect within `takeWithinMs` of being made and a read is at most
 * `settleMs − takeWithinMs` behind, at most one scaler acts at a time. If AWS breaks this, two may act until the next
 * look, one review at most; what they set are whole numbers within the group's limits, each from fresh figures, never
 * steps added to one another. After a crash nobody acts for at most
 * `ttlMs + 2 × renewEveryMs + settleMs`; after a clean end the lease is taken
 * within a review and `settleMs`.
 */
export class Lease {
  private readonly options: LeaseOptions;
  private readonly times: LeaseTimes;
  private seenValue: string | undefined;
  private unchangedSince = -Infinity;
  private hasLooked = false;
  private beat = 0;
  private writtenAt = -Infinity;
  private validUntil = -Infinity;
  /** Ends the rest between two turns. */
  private wake: (() => void) | undefined;

  constructor(options: LeaseOptions) {
    this.options = options;
    this.times = options.times ?? USUAL_TIMES;
  }

  /** Whether this scaler may act now, and for `marginMs` to come. */
  get isHeld(): boolean {
    return this.options.clock.now() < this.validUntil;
  }

  /** Who holds it, as far as was last seen. */
  get owner(): string | undefined {
    return ownerOf(this.seenValue);
  }

  /** Takes what a look at the group showed. `lookedAt` is when the look began, by the lease's clock. */
  seen(value: string | undefined, lookedAt: number): void {
    // A look from before the last write may show what was there before it.
    if (lookedAt < this.writtenAt) return;
    if (!this.hasLooked || value !== this.seenValue) {
      this.hasLooked = true;
      this.seenValue = value;
      this.unchangedSince = this.options.clock.now();
    }
    if (ownerOf(value) !== this.options.owner) this.lose();
    if (value === FREE) this.wake?.();
  }

  /** Takes the lease when it is free, keeps it, and gives it back when the signal is aborted. Never throws. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.turn(signal);
      } catch (error) {
        this.options.failed(error);
      }
      await this.rest(signal);
    }
    const { isHeld } = this;
    this.lose();
    if (isHeld) await this.options.write(FREE).catch(this.options.failed);
  }

  /** Until the next turn is due, or somebody has given the lease back. */
  private async rest(signal: AbortSignal): Promise<void> {
    const waking = new AbortController();
    this.wake = () => waking.abort();
    signal.addEventListener("abort", this.wake);
    await pause(this.options.clock, signal.aborted ? 0 : this.times.renewEveryMs, waking.signal);
    signal.removeEventListener("abort", this.wake);
    this.wake = undefined;
  }

  private async turn(signal: AbortSignal): Promise<void> {
    const { clock, owner } = this.options;
    const lookedAt = clock.now();
    this.seen(await this.options.read(), lookedAt);
    if (this.isHeld) return this.write();
    const holder = this.owner;
    const isFree = holder === undefined || holder === FREE || holder === owner || lookedAt - this.unchangedSince >= this.times.ttlMs;
    if (!isFree) return;
    const validUntil = this.validAfterWriteAt(clock.now());
    const mine = this.nextValue();
    await this.options.write(mine);
    this.writtenAt = clock.now();
    if (this.writtenAt - lookedAt > this.times.takeWithinMs)
      throw new Error(`The lease was not taken: the calls for it took ${this.writtenAt - lookedAt} ms.`);
    await pause(clock, this.times.settleMs, signal);
    const lookedAgainAt = clock.now();
    const stands = await this.options.read();
    this.seen(stands, lookedAgainAt);
    if (stands === mine && !signal.aborted) this.hold(validUntil);
  }

  /** A beat, while it is held. */
  private async write(): Promise<void> {
    const validUntil = this.validAfterWriteAt(this.options.clock.now());
    await this.options.write(this.nextValue());
    this.writtenAt = this.options.clock.now();
    this.hold(validUntil);
  }

  private nextValue(): string {
    this.beat += 1;
    return `${this.options.owner} ${this.beat}`;
  }

  private validAfterWriteAt(at: number): number {
    return at + this.times.ttlMs - this.times.marginMs;
  }

  private hold(validUntil: number): void {
    if (!this.isHeld) this.options.changed(true);
    this.validUntil = validUntil;
  }

  private lose(): void {
    if (this.isHeld) this.options.changed(false);
    this.validUntil = -Infinity;
  }
}

export interface LeaseOptions {
  /** Names this scaler among all: letters, digits, `_ . : / = + - @`. */
  readonly owner: string;
  readonly clock: Clock;
  read(): Promise<string | undefined>;
  write(value: string): Promise<void>;
  /** The lease has been taken or lost. */
  readonly changed: (isHeld: boolean) => void;
  readonly failed: (error: unknown) => void;
  readonly times?: LeaseTimes;
}

/** Milliseconds. `marginMs` is more than a call takes at most, `settleMs` more than `takeWithinMs`. */
export interface LeaseTimes {
  readonly ttlMs: number;
  readonly renewEveryMs: number;
  readonly marginMs: number;
  readonly takeWithinMs: number;
  readonly settleMs: number;
}

/** For calls that are given 5 s. */
const USUAL_TIMES: LeaseTimes = { ttlMs: 60_000, renewEveryMs: 15_000, marginMs: 15_000, takeWithinMs: 6000, settleMs: 10_000 };

/** What stands where nobody holds it. */
const FREE = "free";

function ownerOf(value: string | undefined): string | undefined {
  return value?.split(" ")[0];
}
