import { exactExp, exactLog } from "../kernel/exact-math.ts";
import type { RandomStream } from "../kernel/random.ts";

/** What chance makes of each instance: how slow it is, and how long it lives before it crashes. */
export class InstanceTraits {
  /** Whether instances differ in speed at all. */
  readonly isUneven: boolean;

  private readonly sigma: number;
  private readonly crashesPerMs: number;
  private readonly speeds: RandomStream;
  private readonly crashes: RandomStream;

  /** @param settings `speedSpread`: standard deviation over mean of the factor on service times. */
  constructor(
    settings: { readonly speedSpread: number; readonly crashesPerInstanceHour: number },
    streams: { readonly speeds: RandomStream; readonly crashes: RandomStream },
  ) {
    this.isUneven = settings.speedSpread > 0;
    this.sigma = Math.sqrt(exactLog(1 + settings.speedSpread * settings.speedSpread));
    this.crashesPerMs = settings.crashesPerInstanceHour / HOUR_MS;
    this.speeds = streams.speeds;
    this.crashes = streams.crashes;
  }

  /** The factor by which the next instance lengthens service times: lognormal with mean 1. */
  drawSlowness(): number {
    return this.isUneven ? exactExp(this.sigma * this.speeds.normal() - (this.sigma * this.sigma) / 2) : 1;
  }

  /** How long the next instance's worker runs before it crashes, whole milliseconds; Infinity for never. */
  drawLifeMs(): number {
    return this.crashesPerMs === 0 ? Infinity : Math.ceil(this.crashes.exponential() / this.crashesPerMs);
  }
}

const HOUR_MS = 3_600_000;
