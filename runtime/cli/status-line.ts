/** One line on the terminal that is written over as things go on; nothing where the errors do not go to a terminal. */
export class StatusLine {
  private shownAt = -Infinity;
  private isShown = false;

  show(text: string): void {
    const now = performance.now();
    if (!process.stderr.isTTY || now - this.shownAt < EVERY_MS) return;
    this.shownAt = now;
    this.isShown = true;
    process.stderr.write(`\r${text.slice(0, process.stderr.columns - 1)}\u001B[K`);
  }

  /** Takes the line away. */
  end(): void {
    if (this.isShown) process.stderr.write("\r\u001B[K");
    this.isShown = false;
  }
}

/** Nobody reads faster. */
const EVERY_MS = 100;
