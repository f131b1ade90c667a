import { grown } from "../kernel/grown.ts";
import type { Calendar } from "../kernel/calendar.ts";
import type { DurationSampler } from "../kernel/distributions.ts";
import type { RandomStream } from "../kernel/random.ts";
import { Histogram } from "../measure/histogram.ts";
import { NONE } from "./message-store.ts";

/**
 * The way of a message from the client to the queue: the API takes the request and answers (accepted or failed), then
 * the topic fans it out to the queue. Between the answer and the queue a message can be lost without anybody knowing.
 *
 * Whoever sends to the queue and does not hear SQS's answer sends again, once: a standard queue has the message twice then,
 * a FIFO queue drops the second by its deduplication id (FIFO-queues-exactly-once-processing).
 */
export class ProducerPath {
  requested = 0;
  failed = 0;
  lost = 0;
  /** Sends made again, and how many of them the queue dropped. */
  repeated = 0;
  deduplicated = 0;
  /** Requests on their way: not yet in the queue, failed or lost. */
  underWay = 0;
  /** From the client's request to the API's answer, of requests accepted; milliseconds. */
  readonly acceptMs = new Histogram();
  /** From the client's request to the delete of its message, milliseconds: what the client sees of an answer that needs the job. */
  readonly clientLatencyMs = new Histogram();

  private readonly calendar: Calendar;
  private readonly options: ProducerPathOptions;

  // Requests under way, as a struct of arrays; a place is used again.
  private requestedAt = new Float64Array(INITIAL);
  /** When it was sent to the queue for the first time, of those that will be sent again; {@link UNSENT} of all others. */
  private sentAt = new Float64Array(INITIAL);
  private serviceMs = new Int32Array(INITIAL);
  private poison = new Uint8Array(INITIAL);
  private messageClass = new Uint8Array(INITIAL);
  private sizeKib = new Uint16Array(INITIAL);
  private users = new Int32Array(INITIAL);
  private questions = new Int32Array(INITIAL);
  private next = new Int32Array(INITIAL);
  private free = NONE;
  private used = 0;

  /** By message in the store: how long before its send the client made the request; {@link AGAIN} for a second send. */
  private pathMs = new Int32Array(INITIAL);

  constructor(calendar: Calendar, options: ProducerPathOptions) {
    this.calendar = calendar;
    this.options = options;
  }

  /** A client makes a request; what it carries is known from now on, so that every path meets the same work. */
  request(message: PlannedMessage, now: number): void {
    const request = this.take();
    this.requested += 1;
    this.underWay += 1;
    this.requestedAt[request] = now;
    this.sentAt[request] = UNSENT;
    this.serviceMs[request] = message.serviceMs;
    this.poison[request] = message.poison;
    this.messageClass[request] = message.messageClass;
    this.sizeKib[request] = message.sizeKib;
    this.users[request] = message.user;
    this.questions[request] = message.question;
    this.calendar.schedule(now + this.options.apiTime.nextMs(), this.options.events.requestAnswered, request);
  }

  /** The API has an answer. */
  requestAnswered(request: number, now: number): void {
    const { faults, failedProbability, lostProbability, topicTime, events } = this.options;
    // Both are drawn each time, so that one probability does not shift the other's draws.
    const hasFailed = faults.uniform() < failedProbability;
    const isLost = faults.uniform() < lostProbability;
    if (hasFailed) {
      this.failed += 1;
    } else {
      this.acceptMs.record(now - (this.requestedAt[request] as number));
      if (isLost) this.lost += 1;
    }
    this.options.answered(this.users[request] as number, this.questions[request] as number, !hasFailed, now);
    if (hasFailed || isLost) this.release(request);
    else this.calendar.schedule(now + topicTime.nextMs(), events.queueReached, request);
  }

  /** The message reaches the queue. */
  queueReached(request: number, now: number): void {
    const { planned, dedupWindowMs } = this.options;
    const sentAt = this.sentAt[request] as number;
    const isAgain = sentAt !== UNSENT;
    if (isAgain && now - sentAt < dedupWindowMs) {
      this.deduplicated += 1;
      this.release(request);
      return;
    }
    planned.serviceMs = this.serviceMs[request] as number;
    planned.poison = this.poison[request] as number;
    planned.messageClass = this.messageClass[request] as number;
    planned.sizeKib = this.sizeKib[request] as number;
    planned.user = this.users[request] as number;
    planned.question = this.questions[request] as number;
    const pathMs = isAgain ? AGAIN : now - (this.requestedAt[request] as number);
    if (isAgain || !this.isSentAgain(request, now)) this.release(request);
    const message = this.options.enqueue(planned, now);
    if (message >= this.pathMs.length) {
      const grown = new Int32Array(Math.max(message + 1, this.pathMs.length * 2));
      grown.set(this.pathMs);
      this.pathMs = grown;
    }
    this.pathMs[message] = pathMs;
  }

  /** A message has been deleted, so long after it was sent. */
  messageDeleted(message: number, latencyMs: number): void {
    const pathMs = this.pathMs[message] as number;
    if (pathMs !== AGAIN) this.clientLatencyMs.record(latencyMs + pathMs);
  }

  /** Whether SQS's answer is lost, so that the same is sent again after a while. */
  private isSentAgain(request: number, now: number): boolean {
    const { repeatedProbability, repeatAfterMs, repeats, events } = this.options;
    if (repeatedProbability === 0 || repeats.uniform() >= repeatedProbability) return false;
    this.repeated += 1;
    this.sentAt[request] = now;
    this.calendar.schedule(now + repeatAfterMs, events.queueReached, request);
    return true;
  }

  private take(): number {
    let request = this.free;
    if (request === NONE) {
      if (this.used === this.requestedAt.length) this.grow();
      request = this.used;
      this.used += 1;
    } else {
      this.free = this.next[request] as number;
    }
    return request;
  }

  private release(request: number): void {
    this.underWay -= 1;
    this.next[request] = this.free;
    this.free = request;
  }

  private grow(): void {
    const size = this.requestedAt.length * 2;
    this.requestedAt = grown(this.requestedAt, size);
    this.sentAt = grown(this.sentAt, size);
    this.serviceMs = grown(this.serviceMs, size);
    this.poison = grown(this.poison, size);
    this.messageClass = grown(this.messageClass, size);
    this.sizeKib = grown(this.sizeKib, size);
    this.users = grown(this.users, size);
    this.questions = grown(this.questions, size);
    this.next = grown(this.next, size);
  }
}

/** A message before it is in the store. Reused: copy what is to be kept. */
export interface PlannedMessage {
  serviceMs: number;
  poison: number;
  messageClass: number;
  sizeKib: number;
  /** The user who waits for it, NONE for nobody, and the number of the question. */
  user: number;
  question: number;
}

export interface ProducerPathOptions {
  readonly apiTime: DurationSampler;
  readonly topicTime: DurationSampler;
  readonly failedProbability: number;
  readonly lostProbability: number;
  readonly faults: RandomStream;
  /** Share of the sends whose answer is lost, 0 to 1, and how soon they are made again, milliseconds. */
  readonly repeatedProbability: number;
  readonly repeatAfterMs: number;
  readonly repeats: RandomStream;
  /** How long the queue knows a message again, milliseconds: 0 for a standard queue. */
  readonly dedupWindowMs: number;
  /** Kinds of events; the subject is a request. */
  readonly events: { readonly requestAnswered: number; readonly queueReached: number };
  /** Where a message is put together on its way into the queue. */
  readonly planned: PlannedMessage;
  /** Sends the message to the queue and returns its place in the store. */
  readonly enqueue: (message: PlannedMessage, now: number) => number;
  /** Tells a user (NONE for nobody) that the API has accepted, or failed. */
  readonly answered: (user: number, question: number, isAccepted: boolean, now: number) => void;
}

const UNSENT = -1;
const AGAIN = -1;
const INITIAL = 64;
