import { grown } from "../kernel/grown.ts";
import { NONE } from "./message-store.ts";

/**
 * Each tenant's share of the recent processing time: message milliseconds in flight, in the present window of time and
 * the one before it, out of those of all tenants.
 */
export class ProcessingShare {
  private readonly windowMs: number;
  /** By tenant + 1; the first entry is for all together. */
  private present = new Float64Array(1);
  private before = new Float64Array(1);
  private countedTo = new Float64Array(1);

  constructor(windowMs: number) {
    this.windowMs = windowMs;
  }

  grow(tenants: number): void {
    this.present = grown(this.present, tenants + 1, 0);
    this.before = grown(this.before, tenants + 1, 0);
    this.countedTo = grown(this.countedTo, tenants + 1, 0);
  }

  /** Up to now a tenant, NONE for none of them, has had `inFlight` messages in flight, of `ofAll`. */
  changed(tenant: number, inFlight: number, ofAll: number, now: number): void {
    this.count(0, ofAll, now);
    if (tenant !== NONE) this.count(tenant + 1, inFlight, now);
  }

  /** Right after {@link ProcessingShare.changed} for this tenant. */
  share(tenant: number): number {
    const all = (this.present[0] as number) + (this.before[0] as number);
    return all === 0 ? 0 : ((this.present[tenant + 1] as number) + (this.before[tenant + 1] as number)) / all;
  }

  private count(entry: number, inFlight: number, now: number): void {
    const from = this.countedTo[entry] as number;
    this.countedTo[entry] = now;
    const windows = Math.floor(now / this.windowMs) - Math.floor(from / this.windowMs);
    if (windows === 0) {
      this.present[entry] = (this.present[entry] as number) + inFlight * (now - from);
      return;
    }
    const begin = Math.floor(now / this.windowMs) * this.windowMs;
    const inWindowBefore = inFlight * Math.min(this.windowMs, begin - from);
    this.before[entry] = windows === 1 ? (this.present[entry] as number) + inWindowBefore : inWindowBefore;
    this.present[entry] = inFlight * (now - begin);
  }
}
