import type { Calendar } from "../kernel/calendar.ts";
import type { MessageStore } from "./message-store.ts";

/**
 * An SQS queue as its clients and its operators see it, whatever its kind: standard (`queue.ts`), FIFO (`fifo-queue.ts`)
 * or fair (`fair-queue.ts`).
 *
 * It is moved by a calendar and calls back when a ReceiveMessage has its answer, so it serves the simulator in virtual
 * time and, with a calendar that follows the real clock, a server in real time. Who drives it passes `now`, the
 * calendar's time, which never runs backwards, and hands each of the queue's events back to it: `visibilityEnded`,
 * `delayEnded`, `pollsEnded`, `retentionEnded` and `moveDue`. A call must not be made from inside
 * {@link QueueConsumer.receiveAnswered}.
 *
 * A message is a place in the store; a handle is a message with the receipt that `store.receipt` held when the message
 * was returned. Handles of deleted messages stay void when the place is used again.
 */
export interface QueueModel extends QueueCounts, MessageTaker {
  /** The messages of the answer that {@link QueueConsumer.receiveAnswered} announces, valid only during that call. */
  readonly batch: Int32Array;
  /** All that are here, whatever their state, in the order in which they were sent. */
  readonly alive: Iterable<number>;
  /** Hears of what befalls messages here, from when it is set. */
  watch: FateWatch | undefined;
  /** The move task that runs or ran last on this queue. */
  readonly moveTask: MoveTaskStatus | undefined;

  /** When a send at `now` is accepted: at once, or later where calls are limited; books that call. */
  admitSend(message: number, now: number): number;
  /** Takes a message that the store has just been given; `delayMs` overrides the queue's own delay. */
  send(message: number, now: number, delayMs?: number): void;
  /**
   * Answers a ReceiveMessage now if a message is there, or when one comes within `waitMs` (0 for a short poll).
   * `call` names the request in {@link QueueConsumer.receiveAnswered}: a small number, free again after the answer.
   * `visibilityMs` overrides the queue's own timeout for this answer.
   */
  receive(call: number, maxMessages: number, waitMs: number, now: number, visibilityMs?: number): void;
  /** The client of a long poll that waits has gone. */
  pollAborted(call: number): void;
  /** Whether a DeleteMessage or a batch of deletes gets through the limit on calls; books it. */
  admitDelete(now: number): boolean;
  delete(message: number, receipt: number, now: number): DeleteOutcome;
  /** ChangeMessageVisibility: counts from now; 0 makes the message visible at once. */
  changeVisibility(message: number, receipt: number, visibilityMs: number, now: number): VisibilityOutcome;

  /** SetQueueAttributes. Retention applies to the messages already here; the rest to what comes. */
  setAttributes(attributes: Partial<QueueSettings>, now: number): void;
  /** A new redrive policy, which holds from the next receive on: none without a queue to redrive to. */
  setRedrive(deadLetters: MessageTaker | undefined, maxReceiveCount: number): void;
  /** From now on this is a dead-letter queue, whose age metric counts from the move. */
  holdDeadLetters(): void;
  /** PurgeQueue: every message is gone at once, which is the earliest that SQS allows; false within 60 s of the last. */
  purge(now: number): boolean;
  /** DeleteQueue: every message is gone, and a move task is cancelled. Polls that wait are the caller's to end. */
  discard(now: number): void;
  /**
   * StartMessageMoveTask: moves what is visible here to another queue of the same kind, at most `perSec` a second. There
   * they are new: counted from 0 and sent now. False while a task is running.
   */
  startMoveTask(to: MessageTaker, perSec: number, now: number): boolean;
  /** CancelMessageMoveTask; false when none is running. */
  cancelMoveTask(): boolean;

  visibilityEnded(message: number, now: number): void;
  delayEnded(message: number, now: number): void;
  pollsEnded(now: number): void;
  retentionEnded(now: number): void;
  moveDue(now: number): void;

  /**
   * ApproximateAgeOfOldestMessage without its delays, 0 when there is none. In a dead-letter queue it counts from the
   * move (sqs-dead-letter-queues).
   */
  ageOfOldestMs(now: number): number;
  /**
   * Message milliseconds spent here up to `now`: integrated over time, visible and in flight, and summed over messages
   * from when they first became visible. The first two must add up to the third: Little's law without its averages.
   */
  occupancy(now: number): { visibleMs: number; inFlightMs: number; sojournMs: number };
}

/** What befalls a message that is neither sent, received nor deleted: each is rare, or bad news. */
export type MessageFate = "redriven" | "duplicated" | "dead" | "expired" | "purged";

export interface FateWatch {
  /** Called while the message is still in the store. */
  befell(message: number, fate: MessageFate): void;
}

/** Where a queue hands messages over to: another queue, or somebody who finds each message's own. */
export interface MessageTaker {
  /** Whether a move task may hand this message over: the task fails at the first one that it may not. Default: yes. */
  accepts?(message: number): boolean;
  /** Takes a message as new, or as the dead letter that it is. */
  adopt(message: number, now: number, as: "new" | "dead letter"): void;
}

/** Messages that came and are nowhere: 0 for every queue at any time. */
export function unaccounted(counts: QueueCounts): number {
  const { sent, movedIn, duplicated, deleted, dead, expired, purged, movedOut, visible, inFlight, delayed } = counts;
  return sent + movedIn + duplicated - (deleted + dead + expired + purged + movedOut + visible + inFlight + delayed);
}

export interface QueueCounts {
  /** Messages now visible, in flight and delayed. */
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
  /** Messages that entered and left, since the start. */
  readonly sent: number;
  /** Came from another queue: dead letters, and those that a move task brought. */
  readonly movedIn: number;
  /** Deleted, and there all the same. */
  readonly duplicated: number;
  readonly deleted: number;
  readonly expired: number;
  /** Moved to the dead-letter queue. */
  readonly dead: number;
  readonly purged: number;
  /** Moved away by a move task. */
  readonly movedOut: number;
  /** Deliveries: a message received twice counts twice. */
  readonly received: number;
  readonly emptyReceives: number;
  /** Receives refused: too many messages in flight, or too many calls. */
  readonly refusedReceives: number;
  readonly mostVisible: number;
  readonly mostInFlight: number;
  /** Requests as they are billed, by chunks of 64 KiB: single sends, and receives with all that they returned. */
  readonly billedSends: number;
  readonly billedReceives: number;
}

export interface QueueOptions {
  readonly calendar: Calendar;
  readonly store: MessageStore;
  readonly settings: QueueSettings;
  readonly events: QueueEvents;
  readonly consumer: QueueConsumer;
  /** Where messages go that were received `maxReceiveCount` times; shares the store and the kind. */
  readonly deadLetters?: MessageTaker;
  /** For a dead-letter queue, whose age metric counts from the move. */
  readonly holdsDeadLetters?: boolean;
}

/** Attributes of the queue; times in milliseconds. */
export interface QueueSettings {
  readonly visibilityTimeoutMs: number;
  readonly retentionMs: number;
  readonly delayMs: number;
  /** 0 for a queue without a redrive policy. */
  readonly maxReceiveCount: number;
  /** Most messages in flight: {@link IN_FLIGHT_QUOTA} unless it is given. */
  readonly inFlightQuota?: number;
}

/**
 * Kinds under which the queue schedules its events. The subject of the first two is the message; that of the others is
 * `queue`, for who drives many queues with the same kinds.
 */
export interface QueueEvents {
  readonly visibilityEnded: number;
  readonly delayEnded: number;
  readonly pollsEnded: number;
  readonly retentionEnded: number;
  /** Needed by a queue that move tasks are started on. */
  readonly moveDue?: number;
  /** 0 unless it is given. */
  readonly queue?: number;
}

export interface QueueConsumer {
  /**
   * A ReceiveMessage has its answer: the first `count` entries of the queue's `batch`, 0 for an empty one, and
   * {@link OVER_LIMIT} or {@link THROTTLED} for an error.
   */
  receiveAnswered(call: number, count: number, now: number): void;
}

export interface MoveTaskStatus {
  readonly state: "running" | "completed" | "cancelled" | "failed";
  readonly startedAt: number;
  readonly moved: number;
  /** Visible when it began. */
  readonly toMove: number;
}

/** What DeleteMessage did. */
export type DeleteOutcome = typeof DELETED | typeof HANDLE_OLD | typeof HANDLE_EXPIRED;
export const DELETED = 1;
/**
 * A newer receive has happened, or the message is gone. A standard queue answers as if it had deleted (API reference,
 * DeleteMessage); a FIFO queue does so only for what is gone.
 */
export const HANDLE_OLD = 0;
/** FIFO: the visibility timeout has ended; an error to the client. */
export const HANDLE_EXPIRED = -1;

/** What ChangeMessageVisibility did. */
export type VisibilityOutcome = typeof CHANGED | typeof NOT_IN_FLIGHT | typeof PAST_CAP;
export const CHANGED = 1;
/** MessageNotInflight: the timeout has ended, or a newer receive has happened, or the message is gone. */
export const NOT_IN_FLIGHT = 0;
/** InvalidParameterValue: it would end later than 12 hours after the receive. Nothing has changed. */
export const PAST_CAP = -1;

/** Instead of a count of messages in an answer. OverLimit: too many messages in flight. */
export const OVER_LIMIT = -1;
/** ThrottlingException: too many calls a second. */
export const THROTTLED = -2;

/** Most messages in one ReceiveMessage or batch call (SQS API reference). */
export const MAX_BATCH = 10;
/** 12 hours, from the receive; an extension does not reset it (sqs-visibility-timeout; API, ChangeMessageVisibility). */
export const MAX_VISIBILITY_MS = 43_200_000;
/** Of standard and FIFO queues alike (quotas-queues, quotas-fifo). */
export const IN_FLIGHT_QUOTA = 120_000;
/** Messages a second that StartMessageMoveTask moves at most (API reference). */
export const MAX_MOVES_PER_SEC = 500;
