/**
 * Lets starts through at a steady pace, and only while there is room: this machine is no cloud, and a hundred processes
 * that start at once would each take a minute.
 */
export class LaunchPace<Key> {
  private readonly options: LaunchPaceOptions;
  private readonly waiting = new Map<Key, () => void>();
  private timer: NodeJS.Timeout | undefined;
  private readonly startedAt: number[] = [];

  constructor(options: LaunchPaceOptions) {
    this.options = options;
  }

  get length(): number {
    return this.waiting.size;
  }

  add(key: Key, start: () => void): void {
    this.waiting.set(key, start);
    this.look();
  }

  /** Takes back what has not started; false when it has. */
  withdraw(key: Key): boolean {
    return this.waiting.delete(key);
  }

  clear(): void {
    this.waiting.clear();
    clearTimeout(this.timer);
  }

  /** There may be room now. */
  look(): void {
    clearTimeout(this.timer);
    for (const [key, start] of this.waiting) {
      if (!this.options.hasRoom()) return;
      const waitMs = this.waitMs();
      if (waitMs > 0) {
        this.timer = setTimeout(() => this.look(), waitMs);
        return;
      }
      this.waiting.delete(key);
      this.startedAt.push(performance.now());
      start();
    }
  }

  /** At most so many in any second. */
  private waitMs(): number {
    const now = performance.now();
    while (this.startedAt[0] !== undefined && now - this.startedAt[0] >= SECOND_MS) this.startedAt.shift();
    const oldest = this.startedAt[0];
    return oldest === undefined || this.startedAt.length < this.options.perSec ? 0 : Math.ceil(SECOND_MS - (now - oldest));
  }
}

export interface LaunchPaceOptions {
  readonly perSec: number;
  readonly hasRoom: () => boolean;
}

const SECOND_MS = 1000;
