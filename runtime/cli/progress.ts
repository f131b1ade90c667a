import { Presets, SingleBar } from "cli-progress";

/** Runs that end sooner show no bar, milliseconds. */
const PATIENCE_MS = 500;

/** A bar on the terminal for what takes long; nothing at all where the errors do not go to a terminal. */
export class Progress {
  private readonly label: string;
  private readonly startedAt = performance.now();
  private bar: SingleBar | undefined;

  /** @param label What is under way, one word or two. */
  constructor(label: string) {
    this.label = label;
  }

  /** @param share How much is done, from 0 to 1. */
  update(share: number): void {
    if (!process.stderr.isTTY || performance.now() - this.startedAt < PATIENCE_MS) return;
    this.bar ??= this.started();
    this.bar.update(Math.floor(share * 100));
  }

  /** Takes the bar away and gives the cursor back. */
  stop(): void {
    this.bar?.stop();
  }

  private started(): SingleBar {
    const format = `${this.label} {bar} {percentage} %, {eta_formatted} left`;
    // It would otherwise end the process on Ctrl-C by itself.
    const bar = new SingleBar(
      { stream: process.stderr, format, clearOnComplete: true, hideCursor: true, gracefulExit: false },
      Presets.shades_classic,
    );
    bar.start(100, 0);
    return bar;
  }
}
