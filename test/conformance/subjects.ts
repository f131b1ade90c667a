/**
 * The same commands for the queue model and for a real SQS server, with what a client sees of each as plain values.
 * Messages are known by numbers in the order of sending.
 */
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { CHANGED, HANDLE_EXPIRED } from "../../sim/model/queue-model.ts";
import type { FifoQueue } from "../../sim/model/fifo-queue.ts";
import { fifoRig, standardRig, type HeldMessage, type QueueRig } from "../support/queue-rig.ts";

export interface Received {
  readonly id: number;
  readonly receiveCount: number;
}

export interface Counts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

export interface Subject {
  /** False when it was taken for a repetition and dropped. */
  send(message: { group: number; delaySec: number; dedup: string }): Promise<boolean>;
  /** One ReceiveMessage; the handles are kept for `delete` and `change`. */
  receive(max: number, visibilitySec: number | undefined): Promise<readonly Received[]>;
  receiveDead(max: number): Promise<readonly Received[]>;
  /** By the number of the receive of the message, counted over all messages received. */
  delete(handle: number): Promise<"done" | "error">;
  change(handle: number, visibilitySec: number): Promise<"done" | "error">;
  purge(): Promise<"done" | "error">;
  counts(): Promise<Counts>;
  deadVisible(): Promise<number>;
  wait(sec: number): Promise<void>;
}

const VISIBILITY_SEC = 20;
const MAX_RECEIVES = 3;

/** The model, at the time of its own calendar. */
export class ModelSubject implements Subject {
  readonly rig: QueueRig;
  readonly handles: HeldMessage[] = [];
  private readonly fifo: QueueRig<FifoQueue> | undefined;

  constructor(isFifo: boolean) {
    const settings = { visibilityTimeoutMs: VISIBILITY_SEC * 1000, maxReceiveCount: MAX_RECEIVES };
    this.fifo = isFifo ? fifoRig({ settings }) : undefined;
    this.rig = this.fifo ?? standardRig({ settings });
  }

  send({ group, delaySec, dedup }: { group: number; delaySec: number; dedup: string }): Promise<boolean> {
    const { rig, fifo } = this;
    const isRepeated = fifo?.queue.deduplicate({ id: dedup, group, tag: 0 }, fifo.now) !== undefined;
    if (!isRepeated) rig.send(fifo === undefined ? { delayMs: delaySec * 1000 } : { group });
    return Promise.resolve(!isRepeated);
  }

  receive(max: number, visibilitySec: number | undefined): Promise<readonly Received[]> {
    const held = this.rig.receive({ max, ...(visibilitySec === undefined ? {} : { visibilityMs: visibilitySec * 1000 }) });
    this.handles.push(...held);
    return Promise.resolve(this.received(held));
  }

  receiveDead(max: number): Promise<readonly Received[]> {
    return Promise.resolve(this.received(this.rig.receive({ max }, this.rig.deadLetters)));
  }

  delete(handle: number): Promise<"done" | "error"> {
    const { isOutdated } = this.outlook(handle);
    const outcome = this.rig.delete(this.handles[handle]);
    return Promise.resolve(outcome === HANDLE_EXPIRED || (this.fifo !== undefined && isOutdated) ? "error" : "done");
  }

  change(handle: number, visibilitySec: number): Promise<"done" | "error"> {
    return Promise.resolve(this.rig.change(this.handles[handle], visibilitySec * 1000) === CHANGED ? "done" : "error");
  }

  purge(): Promise<"done" | "error"> {
    return Promise.resolve(this.rig.queue.purge(this.rig.now) ? "done" : "error");
  }

  counts(): Promise<Counts> {
    const { visible, inFlight, delayed } = this.rig.queue;
    return Promise.resolve({ visible, inFlight, delayed });
  }

  deadVisible(): Promise<number> {
    return Promise.resolve(this.rig.deadLetters.visible);
  }

  wait(sec: number): Promise<void> {
    this.rig.after(sec * 1000);
    return Promise.resolve();
  }

  /**
   * Whether a delete with this handle would delete, whether its message is in flight under it, and whether a newer receive
   * has taken the message, which is still there.
   */
  outlook(handle: number): { deletes: boolean; isInFlight: boolean; isOutdated: boolean } {
    const { rig } = this;
    const held = this.handles[handle];
    if (held === undefined) return { deletes: false, isInFlight: false, isOutdated: false };
    const deletes = rig.store.receipt[held.message] === held.receipt;
    return { deletes, isInFlight: deletes && rig.store.state[held.message] === 2, isOutdated: !deletes && rig.isThere(held.id) };
  }

  private received(held: readonly HeldMessage[]): Received[] {
    return held.map(({ id, message }) => ({ id, receiveCount: this.rig.store.receiveCount[message] ?? 0 }));
  }
}

/** A server that speaks the SQS protocol. */
export class ServerSubject implements Subject {
  private readonly client: SQSClient;
  private readonly url: string;
  private readonly deadUrl: string;
  private readonly options: ServerOptions;
  private readonly handles: string[] = [];
  private sent = 0;
  private readonly messageIds = new Set<string>();

  private constructor(client: SQSClient, urls: { main: string; dead: string }, options: ServerOptions) {
    this.client = client;
    this.url = urls.main;
    this.deadUrl = urls.dead;
    this.options = options;
  }

  static async create(client: SQSClient, name: string, options: ServerOptions): Promise<ServerSubject> {
    const fifo = options.isFifo ? { FifoQueue: "true" } : {};
    const ending = options.isFifo ? ".fifo" : "";
    const dead = await client.send(
      new CreateQueueCommand({ QueueName: `${name}-dead${ending}`, Attributes: { ...fifo, MessageRetentionPeriod: "1209600" } }),
    );
    const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl: dead.QueueUrl, AttributeNames: ["QueueArn"] }));
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: Attributes?.["QueueArn"], maxReceiveCount: MAX_RECEIVES });
    const main = await client.send(
      new CreateQueueCommand({
        QueueName: `${name}${ending}`,
        Attributes: { ...fifo, VisibilityTimeout: String(VISIBILITY_SEC), RedrivePolicy },
      }),
    );
    return new ServerSubject(client, { main: main.QueueUrl ?? "", dead: dead.QueueUrl ?? "" }, options);
  }

  async send({ group, delaySec, dedup }: { group: number; delaySec: number; dedup: string }): Promise<boolean> {
    const own = this.options.isFifo ? { MessageGroupId: String(group), MessageDeduplicationId: dedup } : { DelaySeconds: delaySec };
    const { MessageId = "" } = await this.client.send(
      new SendMessageCommand({ QueueUrl: this.url, MessageBody: String(this.sent + 1), ...own }),
    );
    if (this.messageIds.has(MessageId)) return false;
    this.messageIds.add(MessageId);
    this.sent += 1;
    return true;
  }

  async receive(max: number, visibilitySec: number | undefined): Promise<readonly Received[]> {
    const { received, handles } = await this.receiveFrom(this.url, max, visibilitySec);
    this.handles.push(...handles);
    return received;
  }

  async receiveDead(max: number): Promise<readonly Received[]> {
    return (await this.receiveFrom(this.deadUrl, max, undefined)).received;
  }

  async delete(handle: number): Promise<"done" | "error"> {
    return this.outcome(new DeleteMessageCommand({ QueueUrl: this.url, ReceiptHandle: this.handles[handle] }));
  }

  async change(handle: number, visibilitySec: number): Promise<"done" | "error"> {
    return this.outcome(
      new ChangeMessageVisibilityCommand({ QueueUrl: this.url, ReceiptHandle: this.handles[handle], VisibilityTimeout: visibilitySec }),
    );
  }

  async purge(): Promise<"done" | "error"> {
    return this.outcome(new PurgeQueueCommand({ QueueUrl: this.url }));
  }

  async counts(): Promise<Counts> {
    const names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed"] as const;
    const { Attributes } = await this.client.send(new GetQueueAttributesCommand({ QueueUrl: this.url, AttributeNames: [...names] }));
    const [visible, inFlight, delayed] = names.map((name) => Number(Attributes?.[name]));
    return { visible: visible ?? NaN, inFlight: inFlight ?? NaN, delayed: delayed ?? NaN };
  }

  async deadVisible(): Promise<number> {
    const name = "ApproximateNumberOfMessages";
    const { Attributes } = await this.client.send(new GetQueueAttributesCommand({ QueueUrl: this.deadUrl, AttributeNames: [name] }));
    return Number(Attributes?.[name]);
  }

  wait(sec: number): Promise<void> {
    return this.options.wait(sec);
  }

  private async receiveFrom(url: string, max: number, visibilitySec: number | undefined) {
    const { Messages = [] } = await this.client.send(
      new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: max,
        WaitTimeSeconds: this.options.pollSec,
        MessageSystemAttributeNames: ["ApproximateReceiveCount"],
        ...(visibilitySec === undefined ? {} : { VisibilityTimeout: visibilitySec }),
      }),
    );
    return {
      received: Messages.map(({ Body, Attributes }) => ({ id: Number(Body), receiveCount: Number(Attributes?.ApproximateReceiveCount) })),
      handles: Messages.map(({ ReceiptHandle = "" }) => ReceiptHandle),
    };
  }

  private async outcome(command: DeleteMessageCommand | ChangeMessageVisibilityCommand | PurgeQueueCommand): Promise<"done" | "error"> {
    try {
      await this.client.send(command as DeleteMessageCommand);
      return "done";
    } catch (error) {
      if (error instanceof Error && "$metadata" in error) return "error";
      throw error;
    }
  }
}

export interface ServerOptions {
  readonly isFifo: boolean;
  /** Wait time of receives: 0 where a short poll sees everything. */
  readonly pollSec: number;
  readonly wait: (sec: number) => Promise<void>;
}
