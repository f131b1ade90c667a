/** Slots at work and slots there, integrated over time. Whoever changes the counts integrates up to then first. */
export class SlotTime {
  busy = 0;
  /** Of workers that have begun and are not gone. */
  working = 0;
  /** Slot milliseconds up to the last {@link integrate}. */
  busyMs = 0;
  workingMs = 0;

  private integratedTo = 0;

  integrate(now: number): void {
    const elapsed = now - this.integratedTo;
    if (elapsed === 0) return;
    this.busyMs += this.busy * elapsed;
    this.workingMs += this.working * elapsed;
    this.integratedTo = now;
  }
}
