/**
 * The contract between the worker and whatever drives it: the simulator in virtual time, the runtime in real time.
 *
 * Inputs are methods of {@link Worker}, named in the past tense: something has happened. Outputs are calls on the
 * {@link WorkerEffects} that the driver hands over: something is to be done. The worker calls effects only from
 * inside an input, and a driver must never call an input from inside an effect: it notes what is owed and pays later.
 *
 * `now` is in milliseconds since an origin that the driver chooses. It never runs backwards from one input to the
 * next. The worker reads no other clock.
 *
 * What a driver owes for each effect:
 *
 * | effect          | owed, exactly once                                                                        |
 * |-----------------|-------------------------------------------------------------------------------------------|
 * | `receive`       | `messagesReceived` (count 0 for an empty answer) or `receiveFailed`                       |
 * | `endReceive`    | nothing more: the answer that `receive` owes comes soon, empty or not                     |
 * | `startJob`      | `jobFinished` or `jobFailed` for that slot, the latter with whose fault it was            |
 * | `deleteBatch`   | `deleteSettled`, with the messages whose delete failed but is worth another try           |
 * | `extendBatch`   | `extendSettled`, with the messages whose extension failed but is worth another try        |
 * | `releaseBatch`  | nothing: if the call is lost, the visibility timeout brings the messages back             |
 * | `leaveToExpire` | nothing: the message comes back when its visibility timeout ends                          |
 * | `wakeAt`        | `timerFired` with the same reason at that time or a little later; a newer one replaces it |
 * | `stopped`       | nothing: the worker holds no message any more and will call no further effect             |
 *
 * Every message that was handed over ends in exactly one of: a `deleteBatch` that settled without it among the
 * failed, a `releaseBatch`, or a `leaveToExpire`. From then on the worker holds no reference to it.
 */
export interface WorkerEffects<Message> {
  /**
   * Asks the queue for up to `maxMessages` (1 to 10) messages with one ReceiveMessage. `call` (0 to
   * `concurrentReceives` − 1) names it in the answer.
   */
  receive(call: number, maxMessages: number, now: number): void;

  /** Ends the wait of a receive under way: nobody wants its messages any more. It is answered all the same. */
  endReceive(call: number, now: number): void;

  /** Starts work on a message in a slot (0 to `slots` − 1) that is free. */
  startJob(slot: number, message: Message, now: number): void;

  /** Deletes the first `count` (1 to 10) entries of `messages`, whose work is done. The array is reused: copy it. */
  deleteBatch(messages: readonly Message[], count: number, now: number): void;

  /** Sets the visibility timeout of the first `count` (1 to 10) entries to `visibilityMs` from now. Copy the array. */
  extendBatch(messages: readonly Message[], count: number, visibilityMs: number, now: number): void;

  /** Gives messages back: they become visible again after `visibilityMs`, 0 for at once. Copy the array. */
  releaseBatch(messages: readonly Message[], count: number, visibilityMs: number, now: number): void;

  /** Says that nothing will be sent for a message whose job failed. */
  leaveToExpire(message: Message, now: number): void;

  /** Asks for `timerFired(reason, …)` at `at`. One pending wake-up a reason: a newer one replaces the older. */
  wakeAt(at: number, reason: WakeReason): void;

  /** Says that a drain is complete. */
  stopped(now: number): void;
}

/** Why the worker wants to be woken: one pending wake-up for each. */
export const WAKE_REASONS = ["delete-linger", "heartbeat", "receive-back-off", "circuit-breaker"] as const;

/** Index into {@link WAKE_REASONS}; an integer, so that drivers can keep wake-ups in plain arrays. */
export type WakeReason = 0 | 1 | 2 | 3;

export const WAKE_DELETE_LINGER = 0 satisfies WakeReason;
export const WAKE_HEARTBEAT = 1 satisfies WakeReason;
export const WAKE_RECEIVE_BACK_OFF = 2 satisfies WakeReason;
export const WAKE_CIRCUIT_BREAKER = 3 satisfies WakeReason;
