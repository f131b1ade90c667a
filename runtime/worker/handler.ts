/**
 * The contract between the worker and what is done with a message: one function, the default export of a file of one's
 * own (`headroom worker --handler ./my-handler.ts`).
 *
 * ```ts
 * const handler: Handler = async (message, { log, signal }) => {
 *   const order = JSON.parse(message.body);
 *   await fetch("https://example.com/orders", { method: "POST", body: message.body, signal });
 *   log.info({ orderId: order.id }, "order placed");
 * };
 * export default handler;
 * ```
 *
 * A message may come more than once (SQS delivers at least once), so a handler has to do no harm the second time.
 *
 * What SQS can express is all there is to answer: the message is deleted, comes back when its visibility timeout ends, or
 * comes back after a time. There is no "failed for good": a queue moves a message to its dead-letter queue when it has been
 * received too often, and at no other time. A handler that knows that a message will never succeed returns "done" after
 * keeping it somewhere itself, or fails and lets the receives run out.
 */
export type Handler = (message: HandledMessage, context: JobContext) => HandlerAnswer | Promise<HandlerAnswer>;

/** A handler that returns nothing has done its work. One that throws has failed, for a reason of its own. */
export type HandlerAnswer = Outcome | undefined;

/**
 * - `done`: the message is deleted.
 * - `failed`: it comes back after `retryDelaySec` (whole seconds, 0 to 43,200, 0 for at once); without it after the worker's
 *   RETRY_DELAY_SEC, or when its visibility timeout ends. `isDownstream` says that what the job called was at fault and not
 *   the message: the circuit breaker counts these. `reason` is for the log.
 */
export type Outcome =
  | { readonly kind: "done" }
  | { readonly kind: "failed"; readonly reason?: string; readonly retryDelaySec?: number; readonly isDownstream?: boolean };

export interface HandledMessage {
  readonly id: string;
  readonly body: string;
  /** The sender's own attributes; those of type Binary as bytes. */
  readonly attributes: Readonly<Record<string, string | Uint8Array>>;
  /** Group of a FIFO queue, or tenant of a fair one. */
  readonly groupId: string | undefined;
  /** When it was sent, milliseconds since 1970 by the queue's clock. */
  readonly sentAt: number;
}

export interface JobContext {
  /** Which try this is: 1 when the message was never received before. Lost answers count as well, so it may skip numbers. */
  readonly attempt: number;
  /** When the job has to be over, milliseconds since 1970; `signal` is aborted then, and the job counts as failed. */
  readonly deadline: number;
  /**
   * Aborted at the deadline, and when the worker has to go before the job is done. From then on the answer counts for
   * nothing: another worker may be given the message.
   */
  readonly signal: AbortSignal;
  /** Writes with the message's id and the attempt. */
  readonly log: JobLog;
  /** The slot that the job runs in, 0 to SLOTS − 1: at any time one job has it. */
  readonly slot: number;
}

/** Each level takes a text, or fields and a text. */
export interface JobLog {
  debug: WriteLine;
  info: WriteLine;
  warn: WriteLine;
  error: WriteLine;
}

interface WriteLine {
  (text: string): void;
  (fields: object, text?: string): void;
}
