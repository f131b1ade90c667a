import type { Instance } from "./instance.ts";

/**
 * Counts the instances that are in service for less than the warm-up, without asking each: they are kept in the order in
 * which they came into service, so that those whose warm-up is over are all at the front.
 */
export class WarmUp {
  private readonly warmUpMs: number;
  private order: Instance[] = [];
  /** Instances before this place are warm, or gone. */
  private first = 0;
  private warming = 0;

  constructor(warmUpMs: number) {
    this.warmUpMs = warmUpMs;
  }

  /** The warm-up runs from InService (ec2-auto-scaling-default-instance-warmup). */
  began(instance: Instance): void {
    instance.warming = true;
    this.warming += 1;
    this.order.push(instance);
  }

  /** The instance has left service. */
  left(instance: Instance): void {
    if (!instance.warming) return;
    instance.warming = false;
    this.warming -= 1;
  }

  count(now: number): number {
    while (this.first < this.order.length) {
      const instance = this.order[this.first] as Instance;
      if (instance.warming && now - instance.inServiceAt < this.warmUpMs) break;
      this.left(instance);
      this.first += 1;
    }
    if (this.first > 1000 && this.first * 2 > this.order.length) {
      this.order = this.order.slice(this.first);
      this.first = 0;
    }
    return this.warming;
  }
}
