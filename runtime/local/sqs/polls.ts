import { IN_FLIGHT, OVER_LIMIT } from "../../../sim/index.ts";
import { AwsError, type AwsCall } from "../service.ts";
import { sqsError } from "./errors.ts";
import type { LocalQueue } from "./local-queue.ts";
import type { PayloadStore } from "./payload-store.ts";

/** A message as a receive has just taken it. */
export interface Delivery {
  readonly message: number;
  readonly receipt: number;
  /** Milliseconds by the queue's clock. */
  readonly sentAt: number;
}

export interface ReceiveRequest {
  readonly maxMessages: number;
  readonly waitMs: number;
  /** Undefined for the queue's own. */
  readonly visibilityMs: number | undefined;
  /** ReceiveRequestAttemptId of a FIFO queue. */
  readonly attemptId: string | undefined;
}

/**
 * The ReceiveMessage calls under way. The models know them by small numbers; here each has its client, who may go away:
 * a poll that waits then ends without taking anything, and what was taken for an answer that nobody got is visible again
 * at once.
 */
export class Polls {
  private readonly store: PayloadStore;
  /** By call; undefined for a number that is free. */
  private readonly pending: (Poll | undefined)[] = [];
  private readonly free: number[] = [];

  constructor(store: PayloadStore) {
    this.store = store;
  }

  /**
   * Receives. `use` is told what was taken while the queue still holds it so, and makes the answer of it; it is told of an
   * empty list when the wait is over.
   */
  receive<Answer>({ queue, request, aws, now, settle, use }: PollOptions<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const poll: Poll = {
        queue,
        taken: [],
        waits: true,
        answer: (deliveries) => {
          poll.taken = deliveries;
          resolve(use(deliveries));
        },
        fail: reject,
      };
      const call = this.add(poll);
      this.ask(queue, call, request, now);
      // An answer that is there at once is on its way before its client can be seen to have gone.
      if (!poll.waits) return;
      const { signal } = aws;
      if (signal.aborted) this.clientGone(poll, call, now);
      else signal.addEventListener("abort", () => this.clientGone(poll, call, settle()), { once: true });
    });
  }

  /** Long polls that wait at a queue. */
  waitingAt(queue: LocalQueue): number {
    return this.pending.reduce((count, poll) => (poll?.queue === queue ? count + 1 : count), 0);
  }

  /** What a model says when a receive has its answer. */
  answered(queue: LocalQueue, call: number, count: number, now: number): void {
    const poll = this.take(call);
    if (count < 0) {
      poll.fail(count === OVER_LIMIT ? sqsError("OverLimit", "Too many messages in flight.") : throttled());
      return;
    }
    const { store } = this;
    const deliveries: Delivery[] = [];
    for (let index = 0; index < count; index += 1) {
      const message = queue.model.batch[index] as number;
      const payload = store.payload(message);
      if (payload.firstReceivedAt === 0) payload.firstReceivedAt = now;
      deliveries.push({ message, receipt: store.receipt[message] as number, sentAt: now - store.ageMs(message, now) });
    }
    poll.answer(deliveries);
  }

  /** Ends all polls that wait at a queue that is going away. */
  endAll(queue: LocalQueue, error: AwsError): void {
    this.pending.forEach((poll, call) => {
      if (poll?.queue !== queue) return;
      queue.model.pollAborted(call);
      this.take(call).fail(error);
    });
  }

  private ask(queue: LocalQueue, call: number, request: ReceiveRequest, now: number): void {
    const { maxMessages, waitMs, attemptId } = request;
    const { visibilityMs = queue.limits.visibilityMs } = request;
    if (attemptId === undefined || queue.fifo === undefined) queue.model.receive(call, maxMessages, waitMs, now, visibilityMs);
    else queue.fifo.receiveAttempt(attemptId, { call, maxMessages, waitMs, visibilityMs }, now);
  }

  private clientGone(poll: Poll, call: number, now: number): void {
    if (poll.waits) {
      poll.queue.model.pollAborted(call);
      this.take(call).answer([]);
      return;
    }
    const { store } = this;
    for (const { message, receipt } of poll.taken) {
      const isStillOurs = store.receipt[message] === receipt && store.state[message] === IN_FLIGHT;
      if (isStillOurs) store.payload(message).queue.model.changeVisibility(message, receipt, 0, now);
    }
  }

  private add(poll: Poll): number {
    const call = this.free.pop() ?? this.pending.length;
    this.pending[call] = poll;
    return call;
  }

  private take(call: number): Poll {
    const poll = this.pending[call] as Poll;
    this.pending[call] = undefined;
    this.free.push(call);
    poll.waits = false;
    return poll;
  }
}

interface PollOptions<Answer> {
  readonly queue: LocalQueue;
  readonly request: ReceiveRequest;
  readonly aws: AwsCall;
  readonly now: number;
  /** Lets all that is due happen, and tells the time. */
  readonly settle: () => number;
  readonly use: (deliveries: readonly Delivery[]) => Answer;
}

interface Poll {
  readonly queue: LocalQueue;
  taken: readonly Delivery[];
  waits: boolean;
  readonly answer: (deliveries: readonly Delivery[]) => void;
  readonly fail: (error: AwsError) => void;
}

function throttled(): AwsError {
  return new AwsError("ThrottlingException", "Rate exceeded.");
}
