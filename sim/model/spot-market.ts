import { exactLog } from "../kernel/exact-math.ts";
import type { RandomStream } from "../kernel/random.ts";

/**
 * When Spot takes its capacity back. Each instance meets its end after an exponential time. A notice comes two minutes
 * ahead (spot-instance-termination-notices), and a rebalance recommendation with it or, for some, earlier
 * (ec2-auto-scaling-capacity-rebalancing: "can arrive before the two-minute notice"). How often either happens is not
 * published: UNCONFIRMED, hence settings.
 */
export class SpotMarket {
  readonly noticeMs: number;
  private readonly settings: SpotSettings;
  private readonly stream: RandomStream;
  private readonly meanLifeMs: number;

  constructor(settings: SpotSettings, stream: RandomStream) {
    this.settings = settings;
    this.stream = stream;
    this.noticeMs = settings.noticeMs;
    // A share p lost in a day is a hazard of −ln(1 − p) a day.
    this.meanLifeMs = settings.interruptedPerDay === 0 ? Infinity : DAY_MS / -exactLog(1 - settings.interruptedPerDay);
  }

  /** Whether the next launch is Spot, so that the share comes as close as whole instances allow. */
  isNext(spot: number, standing: number): boolean {
    return spot < Math.floor((standing + 1) * this.settings.share + 1e-9);
  }

  /** Spot instances above their share. */
  surplus(spot: number, standing: number): number {
    return spot - Math.floor(standing * this.settings.share + 1e-9);
  }

  /** What will befall an instance that runs from `now` on; Infinity for never. */
  fate(now: number): { readonly recommendationAt: number; readonly noticeAt: number } {
    if (this.meanLifeMs === Infinity) return { recommendationAt: Infinity, noticeAt: Infinity };
    const noticeAt = now + Math.max(1, Math.round(this.stream.exponential() * this.meanLifeMs));
    const { earlyShare, earliestMs } = this.settings;
    const isEarly = this.stream.uniform() < earlyShare;
    const leadMs = Math.round(this.stream.uniform() * earliestMs);
    return { recommendationAt: isEarly ? Math.max(now, noticeAt - leadMs) : noticeAt, noticeAt };
  }
}

export interface SpotSettings {
  /** Share of the fleet that is Spot, 0 to 1. */
  readonly share: number;
  /** Share of the instances that are interrupted within a day, 0 to below 1. */
  readonly interruptedPerDay: number;
  readonly noticeMs: number;
  /** Share of the interruptions whose recommendation comes before the notice, by up to `earliestMs`. */
  readonly earlyShare: number;
  readonly earliestMs: number;
  /** Whether a recommendation launches a replacement at once. */
  readonly capacityRebalancing: boolean;
}

const DAY_MS = 86_400_000;
