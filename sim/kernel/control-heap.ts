/**
 * Control events (samples, reviews, stages of a launch) in a binary heap by time, kind and order of scheduling. They
 * are few and rare next to the messages, so clarity wins over speed here.
 */
export class ControlHeap {
  private readonly entries: ControlEvent[] = [];
  private scheduled = 0;

  /** Time of the earliest event, Infinity when there is none. */
  at = Infinity;

  get kind(): number {
    return (this.entries[0] as ControlEvent).kind;
  }

  get subject(): number {
    return (this.entries[0] as ControlEvent).subject;
  }

  add(at: number, kind: number, subject: number): void {
    const entry = { at, kind, subject, order: this.scheduled };
    this.scheduled += 1;
    let hole = this.entries.length;
    this.entries.push(entry);
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      const above = this.entries[parent] as ControlEvent;
      if (precedes(above, entry)) break;
      this.entries[hole] = above;
      hole = parent;
    }
    this.entries[hole] = entry;
    this.at = (this.entries[0] as ControlEvent).at;
  }

  /** Removes the earliest event. */
  remove(): void {
    const last = this.entries.pop() as ControlEvent;
    const size = this.entries.length;
    if (size === 0) {
      this.at = Infinity;
      return;
    }
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= size) break;
      if (child + 1 < size && precedes(this.entries[child + 1] as ControlEvent, this.entries[child] as ControlEvent)) child += 1;
      const below = this.entries[child] as ControlEvent;
      if (precedes(last, below)) break;
      this.entries[hole] = below;
      hole = child;
    }
    this.entries[hole] = last;
    this.at = (this.entries[0] as ControlEvent).at;
  }
}

interface ControlEvent {
  readonly at: number;
  readonly kind: number;
  readonly subject: number;
  readonly order: number;
}

function precedes(a: ControlEvent, b: ControlEvent): boolean {
  if (a.at !== b.at) return a.at < b.at;
  if (a.kind !== b.kind) return a.kind < b.kind;
  return a.order < b.order;
}
