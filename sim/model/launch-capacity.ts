import type { Purchase } from "./instance.ts";

/**
 * Whether EC2 or Fargate has an instance to give. In the windows of a scenario it has none, in one zone or in all, of
 * one way to buy or of both.
 */
export class LaunchCapacity {
  private readonly shortages: Shortage[];

  constructor(shortages: readonly Shortage[]) {
    this.shortages = [...shortages];
  }

  add(shortage: Shortage): void {
    this.shortages.push(shortage);
  }

  /** Of the zones given, in order of preference, the first that has an instance; undefined for none. */
  zoneFor(purchase: Purchase, zones: readonly number[], now: number): number | undefined {
    if (this.shortages.length === 0) return zones[0];
    return zones.find((zone) => !this.shortages.some((shortage) => isShort(shortage, purchase, zone, now)));
  }
}

/** A time without instances, milliseconds. */
export interface Shortage {
  readonly from: number;
  readonly until: number;
  /** Undefined for every zone. */
  readonly zone: number | undefined;
  /** Undefined for both ways to buy. */
  readonly purchase: Purchase | undefined;
}

/**
 * How long a group waits after launches that failed in a row. AWS documents that the spacing grows, not how
 * (UNCONFIRMED; field reports start near 30 s and end at some minutes).
 */
export class LaunchBackOff {
  /** No launch before this time. */
  retryAt = 0;
  private readonly settings: BackOffSettings;
  private failuresInARow = 0;

  constructor(settings: BackOffSettings) {
    this.settings = settings;
  }

  /** A launch has failed. Returns when to try again: the same time for all that fail before then. */
  failed(now: number): number {
    if (now < this.retryAt) return this.retryAt;
    const { firstMs, maxMs } = this.settings;
    this.retryAt = now + Math.min(maxMs, firstMs * 2 ** Math.min(this.failuresInARow, MOST_DOUBLINGS));
    this.failuresInARow += 1;
    return this.retryAt;
  }

  succeeded(): void {
    this.failuresInARow = 0;
    this.retryAt = 0;
  }
}

export interface BackOffSettings {
  readonly firstMs: number;
  readonly maxMs: number;
}

const MOST_DOUBLINGS = 20;

function isShort({ from, until, zone, purchase }: Shortage, wanted: Purchase, inZone: number, now: number): boolean {
  return now >= from && now < until && (zone === undefined || zone === inZone) && (purchase === undefined || purchase === wanted);
}
