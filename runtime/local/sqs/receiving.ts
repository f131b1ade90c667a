import { CHANGED, HANDLE_EXPIRED, NOT_IN_FLIGHT, PAST_CAP } from "../../../sim/index.ts";
import type { AwsRecord } from "../service.ts";
import { invalidValue, receiptHandleIsInvalid, sqsError } from "./errors.ts";
import { optionalWhole, textsOf } from "./input.ts";
import type { LocalQueue } from "./local-queue.ts";
import { md5OfAttributes, selectedAttributes, type MessageAttributes } from "./message-attributes.ts";
import { messageIdOf, sequenceNumberOf } from "./message-id.ts";
import type { Payload, PayloadStore } from "./payload-store.ts";
import type { Delivery } from "./polls.ts";
import type { Receipt, ReceiptHandles } from "./receipt-handle.ts";

/** Which attributes a receive wants to see with each message. */
export interface Wanted {
  readonly message: readonly string[];
  readonly system: ReadonlySet<string>;
}

export function readWanted(input: AwsRecord): Wanted {
  const system = new Set([...textsOf(input, "AttributeNames"), ...textsOf(input, "MessageSystemAttributeNames")]);
  for (const name of system) {
    if (!SYSTEM_ATTRIBUTES.has(name)) throw sqsError("InvalidAttributeName", `Unknown Attribute ${name}.`);
  }
  return { message: textsOf(input, "MessageAttributeNames"), system };
}

/** What clients do with messages they hold. */
export class Held {
  private readonly store: PayloadStore;
  private readonly handles: ReceiptHandles;
  /** Whom all messages come from: callers are not told apart here. */
  private readonly senderId: string;

  constructor(store: PayloadStore, handles: ReceiptHandles, senderId: string) {
    this.store = store;
    this.handles = handles;
    this.senderId = senderId;
  }

  /** A message as ReceiveMessage returns it, while it is as the receive left it. */
  shown(queue: LocalQueue, delivery: Delivery, wanted: Wanted): AwsRecord {
    const { message, receipt } = delivery;
    const payload = this.store.payload(message);
    const { serial, body, md5OfBody, attributes } = payload;
    return {
      MessageId: messageIdOf(serial),
      ReceiptHandle: this.handles.write({ queue: queue.number, message, receipt, serial }),
      MD5OfBody: md5OfBody,
      Body: body,
      Attributes: wanted.system.size === 0 ? undefined : this.systemAttributes(queue, delivery, payload, wanted.system),
      ...(attributes === undefined || wanted.message.length === 0 ? undefined : shownAttributes(payload, attributes, wanted.message)),
    };
  }

  /** @throws {AwsError} ReceiptHandleIsInvalid; InvalidParameterValue on a FIFO queue once the timeout has ended. */
  delete(queue: LocalQueue, handle: string, now: number): void {
    const receipt = this.receiptOf(queue, handle);
    const outcome = queue.model.delete(receipt.message, receipt.receipt, now);
    if (queue.isFifo && (outcome === HANDLE_EXPIRED || this.isOutdated(queue, receipt))) {
      throw invalidValue("ReceiptHandle", handle, "The receipt handle has expired.");
    }
  }

  /** @throws {AwsError} ReceiptHandleIsInvalid, MessageNotInflight, InvalidParameterValue */
  changeVisibility(queue: LocalQueue, handle: string, visibilitySec: number, now: number): void {
    const receipt = this.receiptOf(queue, handle);
    const outcome = queue.model.changeVisibility(receipt.message, receipt.receipt, visibilitySec * 1000, now);
    switch (outcome) {
      case CHANGED:
        return;
      case PAST_CAP:
        throw invalidValue(
          "VisibilityTimeout",
          visibilitySec,
          "Total VisibilityTimeout for the message is beyond the limit [43200 seconds]",
        );
      case NOT_IN_FLIGHT:
        if (this.store.payloadAt(receipt.message)?.serial === receipt.serial) {
          throw sqsError("MessageNotInflight", "The specified message isn't in flight.");
        }
        throw invalidValue("ReceiptHandle", handle, "Message does not exist or is not available for visibility timeout change.");
      default:
        return outcome;
    }
  }

  /** Whether a newer receive has taken the message that this handle was for. */
  private isOutdated(queue: LocalQueue, { message, receipt, serial }: Receipt): boolean {
    const payload = this.store.payloadAt(message);
    return payload?.serial === serial && payload.queue === queue && this.store.receipt[message] !== receipt;
  }

  private receiptOf(queue: LocalQueue, handle: string): Receipt {
    const receipt = this.handles.read(handle);
    if (receipt?.queue !== queue.number) throw receiptHandleIsInvalid(handle);
    return receipt;
  }

  private systemAttributes(queue: LocalQueue, { message, sentAt }: Delivery, payload: Payload, wanted: ReadonlySet<string>): AwsRecord {
    const system: Record<string, string> = {};
    const isAll = wanted.has("All");
    const add = (name: string, value: string | undefined) => {
      if (value !== undefined && (isAll || wanted.has(name))) system[name] = value;
    };
    add("SenderId", this.senderId);
    add("SentTimestamp", String(sentAt));
    add("ApproximateReceiveCount", String(this.store.receiveCount[message]));
    add("ApproximateFirstReceiveTimestamp", String(payload.firstReceivedAt));
    add("AWSTraceHeader", payload.traceHeader);
    add("MessageGroupId", payload.groupId);
    add("MessageDeduplicationId", payload.deduplicationId);
    add("SequenceNumber", queue.isFifo ? sequenceNumberOf(payload.serial) : undefined);
    add("DeadLetterQueueSourceArn", payload.deadLetterSourceArn);
    return system;
  }
}

/** The checksum is that of the attributes shown. */
function shownAttributes({ md5OfAttributes: md5OfAll }: Payload, attributes: MessageAttributes, wanted: readonly string[]): AwsRecord {
  const shown = selectedAttributes(attributes, wanted);
  const count = Object.keys(shown).length;
  if (count === 0) return {};
  const isAll = count === Object.keys(attributes).length;
  return { MessageAttributes: shown, MD5OfMessageAttributes: isAll ? md5OfAll : md5OfAttributes(shown) };
}

/** @throws {AwsError} InvalidParameterValue */
export function readVisibilitySec(input: AwsRecord): number | undefined {
  return optionalWhole(input, "VisibilityTimeout", { min: 0, max: 43_200 });
}

const SYSTEM_ATTRIBUTES = new Set([
  "All",
  "SenderId",
  "SentTimestamp",
  "ApproximateReceiveCount",
  "ApproximateFirstReceiveTimestamp",
  "AWSTraceHeader",
  "MessageGroupId",
  "MessageDeduplicationId",
  "SequenceNumber",
  "DeadLetterQueueSourceArn",
]);
