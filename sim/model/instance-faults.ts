import { exactLog } from "../kernel/exact-math.ts";
import type { RandomStream } from "../kernel/random.ts";

/** When instances fail, and how: they die and are seen to be gone at once, or they hang and only look alive. */
export class InstanceFaults {
  private readonly stream: RandomStream;
  private readonly meanLifeMs: number;
  private readonly hangingShare: number;

  /** @param settings Shares of the instances that do so within a day, 0 to below 1; not both 0. */
  constructor(settings: { readonly failedPerDay: number; readonly impairedPerDay: number }, stream: RandomStream) {
    // A share p in a day is a hazard of −ln(1 − p) a day; hazards add up.
    const dying = -exactLog(1 - settings.failedPerDay);
    const hanging = -exactLog(1 - settings.impairedPerDay);
    this.meanLifeMs = DAY_MS / (dying + hanging);
    this.hangingShare = hanging / (dying + hanging);
    this.stream = stream;
  }

  failsAt(now: number): number {
    return now + Math.max(1, Math.round(this.stream.exponential() * this.meanLifeMs));
  }

  /** Whether the fault that is due leaves the instance running. */
  hangs(): boolean {
    return this.stream.uniform() < this.hangingShare;
  }
}

const DAY_MS = 86_400_000;
