import { MessageStore, traitsOf } from "../../../sim/index.ts";
import type { GroupNumbers } from "./group-numbers.ts";
import type { LocalQueue } from "./local-queue.ts";
import type { MessageAttributes } from "./message-attributes.ts";

/** What a message carries that the queue model need not know. */
export interface Payload {
  /** Number of the message on this server; its id and its sequence number come from it. */
  serial: number;
  readonly body: string;
  readonly md5OfBody: string;
  readonly attributes: MessageAttributes | undefined;
  readonly md5OfAttributes: string | undefined;
  readonly traceHeader: string | undefined;
  readonly groupId: string | undefined;
  /** Its number in the store, NONE without a group. */
  readonly group: number;
  readonly deduplicationId: string | undefined;
  /** Milliseconds since 1970, 0 before the first receive. */
  firstReceivedAt: number;
  /** The queue that holds it: whom its timers concern. */
  queue: LocalQueue;
  /** ARN of the queue that it died in. */
  deadLetterSourceArn: string | undefined;
}

/** The simulator's store of all messages of this server, whatever their queue, with what they carry. */
export class PayloadStore extends MessageStore {
  private readonly payloads: (Payload | undefined)[] = [];
  private readonly groups: GroupNumbers;

  constructor(groups: GroupNumbers) {
    super();
    this.groups = groups;
    this.keepGroups();
  }

  put(payload: Payload, sizeBytes: number, now: number): number {
    const message = this.add(now, 0, traitsOf(0, false, Math.ceil(sizeBytes / 1024)));
    this.group[message] = payload.group;
    this.payloads[message] = payload;
    return message;
  }

  payload(message: number): Payload {
    return this.payloads[message] as Payload;
  }

  /** What lives in a place now, if anything does. */
  payloadAt(message: number): Payload | undefined {
    return this.payloads[message];
  }

  override remove(message: number): void {
    const { group } = this.payload(message);
    this.payloads[message] = undefined;
    this.groups.leave(group);
    super.remove(message);
  }
}
