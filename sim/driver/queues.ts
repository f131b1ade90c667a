import type { Calendar } from "../kernel/calendar.ts";
import type { RandomStream, RandomStreams } from "../kernel/random.ts";
import { FairQueue } from "../model/fair-queue.ts";
import { FifoQueue } from "../model/fifo-queue.ts";
import type { MessageStore } from "../model/message-store.ts";
import { Queue, type DeliveryChances } from "../model/queue.ts";
import type { QueueConsumer, QueueModel, QueueOptions, QueueSettings } from "../model/queue-model.ts";
import type { Scenario } from "../scenario/schema.ts";
import { DEAD_LETTER_EVENTS, EVENT, QUEUE_EVENTS } from "./events.ts";
import { groupsOf, type MessageGroups } from "./message-groups.ts";

/** The queues of a run: the one that workers poll, and the one for its dead letters. */
export interface Queues {
  readonly queue: QueueModel;
  readonly deadLetters: QueueModel;
  /** Where messages are sent to; the queue itself where nothing lies between. */
  readonly entrance: QueueModel | QueueEntrance;
}

/** Builds the queues that a scenario asks for. A plain standard queue is of the plainest kind, and pays for nothing else. */
export function queuesOf(
  scenario: Scenario,
  parts: { calendar: Calendar; store: MessageStore; consumer: QueueConsumer; streams: RandomStreams },
): Queues {
  const { type } = scenario.queue;
  const { calendar, store, consumer, streams } = parts;
  const dead: QueueOptions = {
    calendar,
    store,
    consumer,
    settings: deadLetterSettings(scenario),
    events: DEAD_LETTER_EVENTS,
    holdsDeadLetters: true,
  };
  const deadLetters = type === "fifo" ? new FifoQueue(dead) : new Queue(dead);
  const options: QueueOptions = { calendar, store, consumer, settings: queueSettings(scenario), events: QUEUE_EVENTS, deadLetters };
  const chances = chancesOf(scenario, streams.stream("queue"));
  const queue = queueOf(scenario, options, chances);
  const groups = groupsOf(scenario, streams);
  return { queue, deadLetters, entrance: groups === undefined ? queue : new QueueEntrance({ queue, store, calendar, groups }) };
}

/**
 * What producers do with a message that has a group: they name it, and wait where calls are limited. A message counts as
 * sent when its call gets through.
 */
export class QueueEntrance {
  /** Sends that had to wait, and how long the longest did. */
  throttledSends = 0;
  longestThrottleMs = 0;
  /** Messages whose send has yet to get through. */
  readonly waiting = new Set<number>();

  private readonly queue: QueueModel;
  private readonly store: MessageStore;
  private readonly calendar: Calendar;
  private readonly groups: MessageGroups;

  constructor(options: { queue: QueueModel; store: MessageStore; calendar: Calendar; groups: MessageGroups }) {
    this.queue = options.queue;
    this.store = options.store;
    this.calendar = options.calendar;
    this.groups = options.groups;
  }

  send(message: number, now: number): void {
    this.store.group[message] = this.groups.groupAt(now);
    const at = this.queue.admitSend(message, now);
    if (at <= now) {
      this.queue.send(message, now);
      return;
    }
    this.waiting.add(message);
    this.throttledSends += 1;
    this.longestThrottleMs = Math.max(this.longestThrottleMs, at - now);
    this.calendar.schedule(at, EVENT.sendAdmitted, message);
  }

  sendAdmitted(message: number, now: number): void {
    this.waiting.delete(message);
    this.store.sentAt[message] = now;
    this.queue.send(message, now);
  }
}

function queueOf(scenario: Scenario, options: QueueOptions, chances: DeliveryChances): QueueModel {
  const { type, groups, fifo, noisyWindowSec } = scenario.queue;
  if (type === "fifo") return new FifoQueue({ ...options, limits: fifo });
  if (groups !== null) return new FairQueue({ ...options, chances, processingWindowMs: noisyWindowSec * SEC });
  return new Queue({ ...options, chances });
}

function chancesOf({ queue }: Scenario, stream: RandomStream): DeliveryChances {
  return { stream, ...queue.chances };
}

function queueSettings({ queue }: Scenario): QueueSettings {
  return {
    visibilityTimeoutMs: queue.visibilityTimeoutSec * SEC,
    retentionMs: queue.retentionSec * SEC,
    delayMs: queue.delaySec * SEC,
    maxReceiveCount: queue.maxReceiveCount,
    inFlightQuota: queue.inFlightQuota,
  };
}

function deadLetterSettings(scenario: Scenario): QueueSettings {
  return { ...queueSettings(scenario), retentionMs: scenario.queue.deadLetterRetentionSec * SEC, delayMs: 0, maxReceiveCount: 0 };
}

const SEC = 1000;
