import { FairQueue, FifoQueue, IN_FLIGHT_QUOTA, type DeliveryChances, type QueueOptions } from "../../../sim/index.ts";
import type { RealCalendar } from "../real-calendar.ts";
import { invalidValue, queueDoesNotExist, sqsError } from "./errors.ts";
import { LocalQueue, settingsOf } from "./local-queue.ts";
import type { PayloadStore } from "./payload-store.ts";
import type { Polls } from "./polls.ts";
import { checkAttributes, DEFAULT_ATTRIBUTES, type QueueAttributes } from "./queue-attributes.ts";
import { allowsRedriveFrom, readAllowPolicy, readRedrivePolicy } from "./redrive-policy.ts";

/** Kinds of the events of all queues. The subject is the message, or for the last three the queue's number. */
export const QUEUE_EVENT = { visibilityEnded: 1, delayEnded: 2, moveDue: 4, retentionEnded: 64, pollsEnded: 66 } as const;

export interface QueuesOptions {
  readonly calendar: RealCalendar;
  readonly store: PayloadStore;
  readonly polls: Polls;
  readonly accountId: string;
  readonly region: string;
  /** Where clients reach this server, without a slash at the end. */
  readonly endpoint: () => string;
  /** Most messages in flight. Default: {@link IN_FLIGHT_QUOTA}. */
  readonly inFlightQuota: number | undefined;
}

/** The queues of this server by name, and what leads from one to another. */
export class Queues {
  private readonly options: QueuesOptions;
  private readonly byName = new Map<string, LocalQueue>();
  private readonly byNumber = new Map<number, LocalQueue>();
  /** When queues were deleted, those deleted first in front. */
  private readonly deletedAt = new Map<string, number>();
  private readonly path: RegExp;
  private chances: DeliveryChances | undefined;
  private numbers = 0;

  constructor(options: QueuesOptions) {
    this.options = options;
    this.path = new RegExp(`/${options.accountId}/([^/]+)/?$`);
  }

  /** All of them, by name. */
  all(): readonly LocalQueue[] {
    return [...this.byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  ofNumber(number: number): LocalQueue | undefined {
    return this.byNumber.get(number);
  }

  ofName(name: string): LocalQueue | undefined {
    return this.byName.get(name);
  }

  /** By a queue's URL, whatever name of this machine a client may have put into it. Throws QueueDoesNotExist. */
  ofUrl(url: string): LocalQueue {
    const name = this.path.exec(url)?.[1];
    const queue = name === undefined ? undefined : this.byName.get(name);
    if (queue === undefined) throw queueDoesNotExist();
    return queue;
  }

  ofArn(arn: string): LocalQueue | undefined {
    const prefix = this.arnOf("");
    return arn.startsWith(prefix) ? this.byName.get(arn.slice(prefix.length)) : undefined;
  }

  /** Those that send their dead letters to this one. */
  sourcesOf(queue: LocalQueue): readonly LocalQueue[] {
    return this.all().filter(({ redrivePolicy }) => redrivePolicy?.deadLetterTargetArn === queue.arn);
  }

  /** CreateQueue: a queue of that name that has what is asked for already is as good as a new one. */
  create(name: string, given: QueueAttributes, tags: Readonly<Record<string, string>>, now: number): LocalQueue {
    const isFifo = given["FifoQueue"] === "true";
    if (!QUEUE_NAME.test(name) || isFifo !== name.endsWith(".fifo")) throw invalidValue("QueueName", name, NAME_RULE);
    checkAttributes(given, { isFifo, isNew: true });
    const existing = this.byName.get(name);
    if (existing !== undefined) return sameAs(existing, given);
    this.refuseIfDeletedRecently(name, now);
    const arn = this.arnOf(name);
    this.checkPolicies(arn, isFifo, given);
    this.numbers += 1;
    const url = `${this.options.endpoint()}/${this.options.accountId}/${name}`;
    const queue = new LocalQueue({ number: this.numbers, name, arn, url, given, now, build: (made) => this.build(made, isFifo, given) });
    for (const [key, value] of Object.entries(tags)) queue.tags.set(key, value);
    this.byName.set(name, queue);
    this.byNumber.set(queue.number, queue);
    this.linkRedrives();
    return queue;
  }

  setAttributes(queue: LocalQueue, changes: QueueAttributes, now: number): void {
    checkAttributes(changes, { isFifo: queue.isFifo, isNew: false });
    this.checkPolicies(queue.arn, queue.isFifo, changes);
    queue.setAttributes(changes, now);
    this.linkRedrives();
  }

  delete(queue: LocalQueue, now: number): void {
    this.byName.delete(queue.name);
    this.byNumber.delete(queue.number);
    this.deletedAt.set(queue.name, now);
    this.options.polls.endAll(queue, queueDoesNotExist());
    queue.model.discard(now);
    this.linkRedrives();
  }

  /** How often what SQS may do happens from now on, on standard queues; undefined for never. */
  setChances(chances: DeliveryChances | undefined): void {
    this.chances = chances;
    for (const { model } of this.byName.values()) if (model instanceof FairQueue) model.setChances(chances);
  }

  private arnOf(name: string): string {
    return `arn:aws:sqs:${this.options.region}:${this.options.accountId}:${name}`;
  }

  private build(queue: LocalQueue, isFifo: boolean, given: QueueAttributes) {
    const { calendar, store, polls, inFlightQuota = IN_FLIGHT_QUOTA } = this.options;
    const options: QueueOptions = {
      calendar,
      store,
      settings: { ...settingsOf({ ...DEFAULT_ATTRIBUTES, ...given }), maxReceiveCount: 0, inFlightQuota },
      events: { ...QUEUE_EVENT, queue: queue.number },
      consumer: {
        receiveAnswered: (call, count, now) => {
          polls.answered(queue, call, count, now);
        },
      },
    };
    if (!isFifo)
      return { model: new FairQueue({ ...options, chances: this.chances, processingWindowMs: NOISY_WINDOW_MS }), fifo: undefined };
    const fifo = new FifoQueue(options);
    return { model: fifo, fifo };
  }

  private refuseIfDeletedRecently(name: string, now: number): void {
    for (const [deleted, at] of this.deletedAt) {
      if (now - at < NAME_REST_MS) break;
      this.deletedAt.delete(deleted);
    }
    if (this.deletedAt.has(name)) {
      throw sqsError(
        "QueueDeletedRecently",
        "You must wait 60 seconds after deleting a queue before you can create another with the same name.",
      );
    }
  }

  private checkPolicies(arn: string, isFifo: boolean, given: QueueAttributes): void {
    readAllowPolicy(given["RedriveAllowPolicy"]);
    const policy = readRedrivePolicy(given["RedrivePolicy"]);
    if (policy === undefined) return;
    const refuse = (reason: string) => invalidValue("RedrivePolicy", given["RedrivePolicy"], reason);
    const target = this.ofArn(policy.deadLetterTargetArn);
    if (target === undefined) throw refuse("Dead letter target does not exist.");
    if (target.arn === arn) throw refuse("A queue cannot be its own dead letter target.");
    if (target.isFifo !== isFifo) throw refuse("Dead letter target is not of the same queue type as the source.");
    if (!allowsRedriveFrom(arn, target.attribute("RedriveAllowPolicy"))) throw refuse("Dead letter target does not allow this source.");
  }

  /** Leads the dead letters of each queue to where its policy says, as long as that exists. */
  private linkRedrives(): void {
    for (const source of this.byName.values()) {
      const { redrivePolicy } = source;
      const target = redrivePolicy === undefined ? undefined : this.ofArn(redrivePolicy.deadLetterTargetArn);
      if (redrivePolicy === undefined || target === undefined) {
        source.model.setRedrive(undefined, 0);
        continue;
      }
      target.model.holdDeadLetters();
      const adopt = (message: number, now: number) => {
        const payload = this.options.store.payload(message);
        payload.queue = target;
        payload.deadLetterSourceArn = source.arn;
        target.model.adopt(message, now, "dead letter");
      };
      source.model.setRedrive({ adopt }, redrivePolicy.maxReceiveCount);
    }
  }
}

const QUEUE_NAME = /^(?=.{1,80}$)[\w-]+(?:\.fifo)?$/;
const NAME_RULE =
  "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length, .fifo at the end for a FIFO queue.";
/** A name may be used again this long after its queue was deleted (API reference, CreateQueue). */
const NAME_REST_MS = 60_000;
/** How long a fair queue looks back; not documented, as the scenario's own default. */
const NOISY_WINDOW_MS = 60_000;

function sameAs(existing: LocalQueue, given: QueueAttributes): LocalQueue {
  for (const [name, value] of Object.entries(given)) {
    if ((existing.attribute(name) ?? "") === value) continue;
    throw sqsError("QueueNameExists", `A queue already exists with the same name and a different value for attribute ${name}.`);
  }
  return existing;
}
