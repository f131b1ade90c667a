import { ARRIVAL } from "../kernel/calendar.ts";
import type { QueueEvents } from "../model/queue-model.ts";

/**
 * Kinds of events in a run. Work kinds need no order among themselves; control kinds that fall on the same tick come in
 * the order of their numbers: what happens by itself, then what is sampled, then what alarms and decides on it, then the
 * row that records it all.
 */
export const EVENT = {
  /** A message is sent. */
  arrival: ARRIVAL,

  /** Work. The subject is … */
  /** … a receive call: its answer reaches the worker. */
  answerDue: 1,
  /** … a receive call that fails. */
  receiveFailed: 2,
  /** … a job's slot. */
  jobEnded: 3,
  /** … a batched delete or extension: it takes effect and its answer reaches the worker. */
  callSettled: 4,
  /** … a worker's wake-up. */
  workerWake: 5,
  /** … a message. */
  visibilityEnded: 6,
  /** … a message. */
  delayEnded: 7,
  /** … a message: its send gets through the limit on calls. */
  sendAdmitted: 32,
  /** … nothing: the next message goes back from the dead-letter queue. */
  deadMoveDue: 33,
  /** … a user, who has thought or waited long enough. */
  userWakes: 48,
  /** … a request on its way to the queue. */
  requestAnswered: 49,
  queueReached: 50,
  /** … a caller at the front door. */
  callerServed: 51,
  callerTimedOut: 52,
  /** … a call to the downstream. */
  downstreamServed: 53,
  downstreamTimedOut: 54,

  /** Control. The subject is … */
  /** … an instance: it dies in the middle of its work. */
  workerCrashes: 63,
  /** … nothing. */
  retentionEnded: 64,
  deadRetentionEnded: 65,
  pollsEnded: 70,
  /** … an instance, by its number. */
  instanceDue: 66,
  spotDue: 67,
  failureDue: 68,
  /** … a matter of the fleet as a whole. */
  groupDue: 69,
  /** … nothing. */
  countsTaken: 71,
  metricSampled: 72,
  /** … an operator's act, by its place in the list. */
  actDue: 73,
  /** … nothing. */
  alarmsDue: 74,
  reviewDue: 75,
  rowDue: 76,
} as const;

export const QUEUE_EVENTS: QueueEvents = {
  visibilityEnded: EVENT.visibilityEnded,
  delayEnded: EVENT.delayEnded,
  pollsEnded: EVENT.pollsEnded,
  retentionEnded: EVENT.retentionEnded,
};

/** Nobody receives from the dead-letter queue within a run, so only its retention and its moves have events of their own. */
export const DEAD_LETTER_EVENTS: QueueEvents = { ...QUEUE_EVENTS, retentionEnded: EVENT.deadRetentionEnded, moveDue: EVENT.deadMoveDue };
