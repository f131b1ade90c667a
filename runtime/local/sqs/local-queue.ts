import type { FairQueue, FifoQueue, QueueSettings } from "../../../sim/index.ts";
import { FifoThroughput } from "./fifo-throughput.ts";
import { DEFAULT_ATTRIBUTES, DEFAULT_FIFO_ATTRIBUTES, type QueueAttributes } from "./queue-attributes.ts";
import { readRedrivePolicy, type RedrivePolicy } from "./redrive-policy.ts";

/** The simulator's model of a queue: standard ones are fair queues, which messages without a group do not notice. */
export type LocalModel = FairQueue | FifoQueue;

/** One queue of this server: the simulator's model with its name, attributes and tags. */
export class LocalQueue {
  /** Subject of its events; never used again. */
  readonly number: number;
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  /** The model of a FIFO queue, undefined for a standard one. */
  readonly fifo: FifoQueue | undefined;
  readonly model: LocalModel;
  readonly throughput: FifoThroughput | undefined;
  readonly tags = new Map<string, string>();
  readonly createdAt: number;
  modifiedAt: number;
  /** Attributes that every call looks at, as numbers. */
  limits: QueueLimits = { maximumMessageBytes: 0, visibilityMs: 0, waitMs: 0 };

  private given: QueueAttributes;
  private redrive: RedrivePolicy | undefined;

  constructor(options: LocalQueueOptions) {
    const { number, name, arn, url, given, now } = options;
    this.number = number;
    this.name = name;
    this.arn = arn;
    this.url = url;
    this.createdAt = now;
    this.modifiedAt = now;
    this.given = given;
    const built = options.build(this);
    this.model = built.model;
    this.fifo = built.fifo;
    this.throughput = built.fifo === undefined ? undefined : new FifoThroughput();
    this.attributesChanged();
  }

  get isFifo(): boolean {
    return this.fifo !== undefined;
  }

  /** What it was given and the defaults of the rest; derived attributes are not among them. */
  get attributes(): QueueAttributes {
    const set: QueueAttributes = { ...(this.isFifo ? DEFAULT_FIFO_ATTRIBUTES : DEFAULT_ATTRIBUTES), ...this.given };
    return Object.fromEntries(Object.entries(set).filter(([, value]) => value !== ""));
  }

  /** Undefined for none. */
  get redrivePolicy(): RedrivePolicy | undefined {
    return this.redrive;
  }

  attribute(name: string): string | undefined {
    return this.given[name] ?? (this.isFifo ? DEFAULT_FIFO_ATTRIBUTES : DEFAULT_ATTRIBUTES)[name as keyof typeof DEFAULT_ATTRIBUTES];
  }

  setAttributes(changes: QueueAttributes, now: number): void {
    this.given = { ...this.given, ...changes };
    this.modifiedAt = now;
    this.model.setAttributes(settingsOf(this.attributes), now);
    this.attributesChanged();
  }

  private attributesChanged(): void {
    const number = (name: string) => Number(this.attribute(name));
    this.limits = {
      maximumMessageBytes: number("MaximumMessageSize"),
      visibilityMs: number("VisibilityTimeout") * 1000,
      waitMs: number("ReceiveMessageWaitTimeSeconds") * 1000,
    };
    this.redrive = readRedrivePolicy(this.given["RedrivePolicy"]);
    this.fifo?.setDedupScope(this.attribute("DeduplicationScope") === "messageGroup" ? "group" : "queue");
    this.throughput?.setLimit(this.attribute("FifoThroughputLimit"));
  }
}

export interface QueueLimits {
  readonly maximumMessageBytes: number;
  readonly visibilityMs: number;
  readonly waitMs: number;
}

export interface LocalQueueOptions {
  readonly number: number;
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  /** Checked before. */
  readonly given: QueueAttributes;
  readonly now: number;
  readonly build: (queue: LocalQueue) => { readonly model: LocalModel; readonly fifo: FifoQueue | undefined };
}

/** The model's settings; the redrive policy reaches it by itself, with the queue that it leads to. */
export function settingsOf(attributes: QueueAttributes): Omit<QueueSettings, "maxReceiveCount"> {
  const ms = (name: string) => Number(attributes[name]) * 1000;
  return { visibilityTimeoutMs: ms("VisibilityTimeout"), retentionMs: ms("MessageRetentionPeriod"), delayMs: ms("DelaySeconds") };
}
