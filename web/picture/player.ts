import { signal, type Signal } from "@preact/signals";

/** How long the whole run takes to play, seconds. */
export const SPEEDS_SEC = [10, 30, 120] as const;
/** With less motion the picture changes this often, and otherwise with every frame. */
const CALM_STEP_MS = 500;

/** Moves a point of time through a run, as fast as is wanted. */
export class Player {
  readonly atMs: Signal<number> = signal(0);
  readonly playing = signal(false);
  readonly lengthSec: Signal<number> = signal(30);
  private readonly endMs: () => number;
  private readonly isCalm: () => boolean;
  private lastMs: number | undefined;
  private frame = 0;

  constructor(endMs: () => number, isCalm: () => boolean) {
    this.endMs = endMs;
    this.isCalm = isCalm;
  }

  toggle(): void {
    if (this.playing.peek()) this.pause();
    else this.play();
  }

  play(): void {
    if (this.atMs.peek() >= this.endMs()) this.atMs.value = 0;
    this.playing.value = true;
    this.lastMs = undefined;
    this.frame = requestAnimationFrame((now) => {
      this.tick(now);
    });
  }

  pause(): void {
    cancelAnimationFrame(this.frame);
    this.playing.value = false;
  }

  /** Goes to a moment, at most to the end; what plays, pauses. */
  seek(atMs: number): void {
    this.pause();
    this.atMs.value = Math.min(this.endMs(), Math.max(0, atMs));
  }

  private tick(nowMs: number): void {
    const passedMs = nowMs - (this.lastMs ?? nowMs);
    if (this.lastMs === undefined || !this.isCalm() || passedMs >= CALM_STEP_MS) {
      const endMs = this.endMs();
      this.atMs.value = Math.min(endMs, this.atMs.peek() + (passedMs / (this.lengthSec.peek() * 1000)) * endMs);
      this.lastMs = nowMs;
      if (this.atMs.peek() >= endMs) {
        this.playing.value = false;
        return;
      }
    }
    this.frame = requestAnimationFrame((now) => {
      this.tick(now);
    });
  }
}
