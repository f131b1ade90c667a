import { hash } from "node:crypto";
import { NONE } from "../../../sim/index.ts";
import type { AwsRecord } from "../service.ts";
import { invalidValue, missing, sqsError } from "./errors.ts";
import type { GroupNumbers } from "./group-numbers.ts";
import { optionalText, optionalWhole } from "./input.ts";
import type { LocalQueue } from "./local-queue.ts";
import { md5OfAttributes, readMessageAttributes, sizeOfAttributes, type MessageAttributes } from "./message-attributes.ts";
import { messageIdOf, sequenceNumberOf } from "./message-id.ts";
import type { Payload, PayloadStore } from "./payload-store.ts";

/** A message that has passed every check and has yet to be sent. */
export interface Draft {
  readonly body: string;
  readonly attributes: MessageAttributes | undefined;
  readonly traceHeader: string | undefined;
  readonly groupId: string | undefined;
  readonly deduplicationId: string | undefined;
  /** Undefined for the queue's own delay. */
  readonly delayMs: number | undefined;
  readonly sizeBytes: number;
}

/**
 * Reads one message to send: a SendMessage, or an entry of a batch.
 *
 * @throws {AwsError} MissingParameter, InvalidParameterValue, InvalidMessageContents, UnsupportedOperation
 */
export function readDraft(queue: LocalQueue, entry: AwsRecord): Draft {
  const body = optionalText(entry, "MessageBody");
  if (body === undefined || body === "") throw missing("MessageBody");
  if (FORBIDDEN.test(body))
    throw sqsError(
      "InvalidMessageContents",
      "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF.",
    );
  const attributes = readMessageAttributes(entry, "MessageAttributes");
  const system = readMessageAttributes(entry, "MessageSystemAttributes");
  const sizeBytes = Buffer.byteLength(body) + (attributes === undefined ? 0 : sizeOfAttributes(attributes));
  const { maximumMessageBytes } = queue.limits;
  if (sizeBytes > maximumMessageBytes) {
    throw sqsError(
      "InvalidParameterValue",
      `One or more parameters are invalid. Reason: Message must be shorter than ${maximumMessageBytes} bytes.`,
    );
  }
  const delaySec = optionalWhole(entry, "DelaySeconds", { min: 0, max: MAX_DELAY_SEC });
  if (queue.isFifo && delaySec !== undefined && delaySec > 0) throw invalidValue("DelaySeconds", delaySec, NOT_FOR_TYPE);
  return {
    body,
    attributes,
    traceHeader: traceHeaderOf(system),
    ...readGroup(queue, entry, body),
    delayMs: queue.isFifo || delaySec === undefined ? undefined : delaySec * 1000,
    sizeBytes,
  };
}

/** Sends messages to the queues of this server. */
export class Sender {
  private readonly store: PayloadStore;
  private readonly groups: GroupNumbers;
  private serials = 0;

  constructor(store: PayloadStore, groups: GroupNumbers) {
    this.store = store;
    this.groups = groups;
  }

  nextSerial(): number {
    this.serials += 1;
    return this.serials;
  }

  /** What SendMessage answers, for a repetition within the deduplication window what it answered before. */
  send(queue: LocalQueue, draft: Draft, now: number): AwsRecord {
    const { body, attributes, traceHeader, groupId, deduplicationId } = draft;
    const group = groupId === undefined ? NONE : this.groups.enter(groupId);
    let serial = this.nextSerial();
    const md5OfBody = hash("md5", body);
    const md5 = attributes === undefined ? undefined : md5OfAttributes(attributes);
    const earlier = deduplicationId === undefined ? undefined : queue.fifo?.deduplicate({ id: deduplicationId, group, tag: serial }, now);
    if (earlier === undefined) {
      const payload: Payload = {
        serial,
        body,
        md5OfBody,
        attributes,
        md5OfAttributes: md5,
        traceHeader,
        groupId,
        group,
        deduplicationId,
        firstReceivedAt: 0,
        queue,
        deadLetterSourceArn: undefined,
      };
      const message = this.store.put(payload, draft.sizeBytes, now);
      if (queue.fifo === undefined) queue.model.send(message, now, draft.delayMs);
      else queue.fifo.send(message, now);
    } else {
      this.groups.leave(group);
      serial = earlier;
    }
    return {
      MessageId: messageIdOf(serial),
      MD5OfMessageBody: md5OfBody,
      MD5OfMessageAttributes: md5,
      MD5OfMessageSystemAttributes: traceHeader === undefined ? undefined : md5OfAttributes(traceAttribute(traceHeader)),
      SequenceNumber: queue.isFifo ? sequenceNumberOf(serial) : undefined,
    };
  }
}

/** Anything but these is refused (API reference, SendMessage); a lone surrogate among them. */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;
const GROUP_OR_DEDUP_ID = /^[\w!"#$%&'()*+,\-./:;<=>?@[\\\]^`{|}~]{1,128}$/;
const ID_RULE = "Can only include alphanumeric and punctuation characters. 1 to 128 in length.";
const NOT_FOR_TYPE = "The request include parameter that is not valid for this queue type.";
const MAX_DELAY_SEC = 900;
const TRACE_HEADER = "AWSTraceHeader";

function readGroup(queue: LocalQueue, entry: AwsRecord, body: string): Pick<Draft, "groupId" | "deduplicationId"> {
  const groupId = optionalText(entry, "MessageGroupId");
  const given = optionalText(entry, "MessageDeduplicationId");
  if (groupId !== undefined && !GROUP_OR_DEDUP_ID.test(groupId)) throw invalidValue("MessageGroupId", groupId, ID_RULE);
  if (given !== undefined && !GROUP_OR_DEDUP_ID.test(given)) throw invalidValue("MessageDeduplicationId", given, ID_RULE);
  if (!queue.isFifo) {
    if (given !== undefined) throw invalidValue("MessageDeduplicationId", given, NOT_FOR_TYPE);
    return { groupId, deduplicationId: undefined };
  }
  if (groupId === undefined) throw missing("MessageGroupId");
  if (given === undefined && queue.attribute("ContentBasedDeduplication") !== "true") {
    throw sqsError(
      "InvalidParameterValue",
      "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    );
  }
  return { groupId, deduplicationId: given ?? hash("sha256", body) };
}

function traceHeaderOf(system: MessageAttributes | undefined): string | undefined {
  if (system === undefined) return undefined;
  const { [TRACE_HEADER]: trace, ...others } = system;
  if (trace?.DataType !== "String" || Object.keys(others).length > 0) {
    throw sqsError("InvalidParameterValue", `The only message system attribute is ${TRACE_HEADER}, of type String.`);
  }
  return trace.StringValue;
}

function traceAttribute(value: string): MessageAttributes {
  return { [TRACE_HEADER]: { DataType: "String", StringValue: value } };
}
