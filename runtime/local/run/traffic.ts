import { TrafficPlan, type PlannedMessage, type Scenario } from "../../../sim/index.ts";
import type { WakeClock } from "../wake-clock.ts";
import { RealCalendar } from "../real-calendar.ts";
import type { AwsRecord } from "../service.ts";

export interface TrafficOptions {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly forMs: number;
  readonly clock: WakeClock;
  /** When the run begins, milliseconds since 1970. */
  readonly originMs: number;
  /** Sends a message with these fields. */
  readonly send: (message: AwsRecord) => void;
}

/** Sends the arrivals of a scenario from within the server's own process: the very messages that the simulator draws. */
export class Traffic {
  /** When each message was sent, milliseconds since the origin. */
  readonly sentAtMs: number[] = [];
  /** How late the latest of them was. */
  latestByMs = 0;

  private readonly options: TrafficOptions;
  private readonly plan: TrafficPlan;
  private readonly calendar: RealCalendar;
  private next: PlannedMessage | undefined;

  constructor(options: TrafficOptions) {
    this.options = options;
    this.plan = new TrafficPlan(options.scenario, options.seed, options.forMs);
    this.calendar = new RealCalendar(options.clock, () => this.due());
  }

  begin(): void {
    this.scheduleNext();
    this.calendar.settle();
  }

  stop(): void {
    this.calendar.stop();
  }

  private due(): void {
    const { next } = this;
    if (next === undefined) return;
    const now = this.options.clock.now() - this.options.originMs;
    this.latestByMs = Math.max(this.latestByMs, now - next.at);
    this.options.send(fieldsOf(next, this.sentAtMs.length, this.options.scenario));
    this.sentAtMs.push(now);
    this.scheduleNext();
  }

  private scheduleNext(): void {
    this.next = this.plan.next();
    if (this.next !== undefined) this.calendar.scheduleArrival(this.next.at + this.options.originMs);
  }
}

/** A message that says how long its job takes and how many attempts at it fail, as the emulating handler reads it. */
function fieldsOf({ className, serviceMs, failedAttempts, group }: PlannedMessage, number: number, { queue }: Scenario): AwsRecord {
  const MessageBody = JSON.stringify({
    number,
    class: className,
    serviceTimeMs: serviceMs,
    // JSON knows no Infinity.
    failedAttempts: Math.min(failedAttempts, MOST_ATTEMPTS),
  });
  if (group === undefined) return { MessageBody };
  const MessageGroupId = `group-${group}`;
  return queue.type === "fifo" ? { MessageBody, MessageGroupId, MessageDeduplicationId: String(number) } : { MessageBody, MessageGroupId };
}

const MOST_ATTEMPTS = 1_000_000;
