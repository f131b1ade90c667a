import type { DeliveryChances } from "../../../sim/index.ts";
import { realClock, type WakeClock } from "../wake-clock.ts";
import { RealCalendar } from "../real-calendar.ts";
import type { AwsRecord, AwsService } from "../service.ts";
import { GroupNumbers } from "./group-numbers.ts";
import { labelOperations } from "./label-operations.ts";
import { messageOperations } from "./message-operations.ts";
import { moveOperations } from "./move-operations.ts";
import type { SqsParts } from "./parts.ts";
import { PayloadStore } from "./payload-store.ts";
import { Polls } from "./polls.ts";
import { queryServiceOf } from "./query-service.ts";
import { queueOperations } from "./queue-operations.ts";
import { QUEUE_EVENT, Queues } from "./queues.ts";
import { ReceiptHandles } from "./receipt-handle.ts";
import { Held } from "./receiving.ts";
import { readDraft, Sender } from "./sending.ts";

export interface LocalSqsOptions {
  /** Where clients reach this server, such as `http://127.0.0.1:4566`: queue URLs begin with it. */
  readonly endpoint: () => string;
  /** Default: the machine's. */
  readonly clock?: WakeClock;
  /** Twelve digits. Default: 000000000000. */
  readonly accountId?: string;
  /** Default: us-east-1. */
  readonly region?: string;
  /** Most messages of a queue in flight, which AWS raises on request. Default: 120,000. */
  readonly inFlightQuota?: number;
}

/**
 * SQS on this machine: the simulator's queue models, moved by a real clock and served to whoever speaks its protocol.
 *
 * Everything is in memory and ends with the process. What differs from AWS is told in `docs/embedded-aws.md`.
 */
export class LocalSqs {
  readonly service: AwsService;
  /** The same in SQS's former protocol, for older clients. */
  readonly queryService: AwsService;

  private readonly calendar: RealCalendar;
  private readonly parts: SqsParts;

  constructor({ endpoint, clock = realClock(), accountId = "000000000000", region = "us-east-1", inFlightQuota }: LocalSqsOptions) {
    const calendar = new RealCalendar(clock, (kind, subject, now) => {
      this.happens(kind, subject, now);
    });
    const groups = new GroupNumbers(() => clock.now());
    const store = new PayloadStore(groups);
    const polls = new Polls(store);
    this.calendar = calendar;
    this.parts = {
      accountId,
      queues: new Queues({ calendar, store, polls, accountId, region, endpoint, inFlightQuota }),
      store,
      polls,
      sender: new Sender(store, groups),
      held: new Held(store, new ReceiptHandles(), accountId),
      settle: () => calendar.settle(),
    };
    const { parts } = this;
    const operations = { ...queueOperations(parts), ...labelOperations(parts), ...messageOperations(parts), ...moveOperations(parts) };
    this.service = { name: "sqs", protocol: "json-1.0", version: "AmazonSQS", operations };
    this.queryService = queryServiceOf(this.service);
  }

  /**
   * Sends a message from within this process, as a SendMessage with these fields would; false when there is no such queue.
   *
   * @throws {AwsError} as SendMessage does
   */
  deliver(queueArn: string, message: AwsRecord): boolean {
    const now = this.calendar.settle();
    const queue = this.parts.queues.ofArn(queueArn);
    if (queue === undefined) return false;
    this.parts.sender.send(queue, readDraft(queue, message), now);
    return true;
  }

  /** What SQS tells CloudWatch of each queue, now: counters since the queue was made, and gauges. */
  readings(): readonly QueueReading[] {
    const now = this.calendar.settle();
    const { queues, polls } = this.parts;
    return queues.all().map((queue) => {
      const { visible, inFlight, delayed, sent, received, deleted, emptyReceives } = queue.model;
      return {
        queueName: queue.name,
        visible,
        inFlight,
        delayed,
        ageOfOldestMs: queue.model.ageOfOldestMs(now),
        sent,
        received,
        deleted,
        emptyReceives,
        waitingPolls: polls.waitingAt(queue),
      };
    });
  }

  /** How often standard queues do what SQS may do now and then: duplicates, disorder, empty polls. Undefined for never. */
  setChances(chances: DeliveryChances | undefined): void {
    this.parts.queues.setChances(chances);
  }

  /** Lets nothing happen any more by itself. */
  stop(): void {
    this.calendar.stop();
  }

  private happens(kind: number, subject: number, now: number): void {
    const { store, queues } = this.parts;
    switch (kind) {
      case QUEUE_EVENT.visibilityEnded:
        store.payload(subject).queue.model.visibilityEnded(subject, now);
        break;
      case QUEUE_EVENT.delayEnded:
        store.payload(subject).queue.model.delayEnded(subject, now);
        break;
      case QUEUE_EVENT.pollsEnded:
        queues.ofNumber(subject)?.model.pollsEnded(now);
        break;
      case QUEUE_EVENT.moveDue:
        queues.ofNumber(subject)?.model.moveDue(now);
        break;
      default:
        // Of a queue that has been deleted meanwhile, it concerns nobody.
        queues.ofNumber(subject)?.model.retentionEnded(now);
    }
  }
}

export interface QueueReading {
  readonly queueName: string;
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
  readonly ageOfOldestMs: number;
  readonly sent: number;
  readonly received: number;
  readonly deleted: number;
  readonly emptyReceives: number;
  /** Long polls that wait for a message now. */
  readonly waitingPolls: number;
}
