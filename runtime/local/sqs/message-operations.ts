import type { AwsCall, AwsOperation, AwsRecord } from "../service.ts";
import { forEachEntry, readEntries, type BatchEntry } from "./batch.ts";
import { missing, sqsError } from "./errors.ts";
import { NO_GROUPS } from "./fifo-throughput.ts";
import { optionalText, optionalWhole, requiredText } from "./input.ts";
import type { LocalQueue } from "./local-queue.ts";
import type { SqsParts } from "./parts.ts";
import { readVisibilitySec, readWanted } from "./receiving.ts";
import { readDraft, type Draft } from "./sending.ts";

/** Sending, receiving, deleting and keeping hold of messages. */
export function messageOperations(parts: SqsParts): Record<string, AwsOperation> {
  const { queues, held, sender, settle } = parts;
  const queueOf = (input: AwsRecord) => queues.ofUrl(requiredText(input, "QueueUrl"));
  return {
    SendMessage: (input) => {
      const now = settle();
      const queue = queueOf(input);
      const draft = readDraft(queue, input);
      queue.throughput?.admit("send", groupsOf([draft]), now);
      return sender.send(queue, draft, now);
    },
    SendMessageBatch: (input) => sendBatch(parts, queueOf(input), readEntries(input)),
    ReceiveMessage: (input, aws) => receive(parts, queueOf(input), input, aws),
    DeleteMessage: (input) => {
      const now = settle();
      const queue = queueOf(input);
      queue.throughput?.admit("delete", NO_GROUPS, now);
      held.delete(queue, requiredText(input, "ReceiptHandle"), now);
      return {};
    },
    DeleteMessageBatch: (input) => {
      const now = settle();
      const queue = queueOf(input);
      const entries = readEntries(input);
      queue.throughput?.admit("delete", NO_GROUPS, now);
      return forEachEntry(entries, ({ fields }) => {
        held.delete(queue, requiredText(fields, "ReceiptHandle"), now);
        return {};
      });
    },
    ChangeMessageVisibility: (input) => {
      const now = settle();
      const queue = queueOf(input);
      queue.throughput?.admit("change", NO_GROUPS, now);
      changeVisibility(parts, queue, input, now);
      return {};
    },
    ChangeMessageVisibilityBatch: (input) => {
      const now = settle();
      const queue = queueOf(input);
      const entries = readEntries(input);
      queue.throughput?.admit("change", NO_GROUPS, now);
      return forEachEntry(entries, ({ fields }) => {
        changeVisibility(parts, queue, fields, now);
        return {};
      });
    },
  };
}

/** A batch as a whole is no larger than one message may be (quotas-messages). */
const MAX_BATCH_BYTES = 1_048_576;

function sendBatch({ sender, settle }: SqsParts, queue: LocalQueue, entries: readonly BatchEntry[]): AwsRecord {
  const now = settle();
  const drafts = new Map<string, Draft>();
  const refused = forEachEntry(entries, ({ id, fields }) => {
    drafts.set(id, readDraft(queue, fields));
    return {};
  });
  const bytes = [...drafts.values()].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (bytes > MAX_BATCH_BYTES) {
    throw sqsError("BatchRequestTooLong", `Batch requests cannot be longer than ${MAX_BATCH_BYTES} bytes. You have sent ${bytes} bytes.`);
  }
  queue.throughput?.admit("send", groupsOf([...drafts.values()]), now);
  const Successful = [...drafts].map(([Id, draft]) => ({ Id, ...sender.send(queue, draft, now) }));
  return { ...refused, Successful };
}

function receive(parts: SqsParts, queue: LocalQueue, input: AwsRecord, aws: AwsCall): Promise<AwsRecord> {
  const { polls, held, settle } = parts;
  const maxMessages = optionalWhole(input, "MaxNumberOfMessages", { min: 1, max: 10 }) ?? 1;
  const waitSec = optionalWhole(input, "WaitTimeSeconds", { min: 0, max: 20 });
  const visibilitySec = readVisibilitySec(input);
  const wanted = readWanted(input);
  const attemptId = optionalText(input, "ReceiveRequestAttemptId");
  if (attemptId !== undefined && !queue.isFifo) {
    throw sqsError("InvalidParameterValue", "The parameter ReceiveRequestAttemptId is not valid for this queue type.");
  }
  const now = settle();
  queue.throughput?.admit("receive", NO_GROUPS, now);
  return polls.receive({
    queue,
    request: {
      maxMessages,
      waitMs: waitSec === undefined ? queue.limits.waitMs : waitSec * 1000,
      visibilityMs: visibilitySec === undefined ? undefined : visibilitySec * 1000,
      attemptId,
    },
    aws,
    now,
    settle,
    use: (deliveries) => (deliveries.length === 0 ? {} : { Messages: deliveries.map((delivery) => held.shown(queue, delivery, wanted)) }),
  });
}

function changeVisibility({ held }: SqsParts, queue: LocalQueue, input: AwsRecord, now: number): void {
  const handle = requiredText(input, "ReceiptHandle");
  const visibilitySec = readVisibilitySec(input);
  if (visibilitySec === undefined) throw missing("VisibilityTimeout");
  held.changeVisibility(queue, handle, visibilitySec, now);
}

function groupsOf(drafts: readonly Draft[]): ReadonlySet<string> {
  return new Set(drafts.flatMap(({ groupId }) => groupId ?? []));
}
