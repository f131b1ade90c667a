import type { WakeClock } from "../wake-clock.ts";
import { realClock } from "../wake-clock.ts";
import { AwsError, type AwsOperation, type AwsRecord, type AwsService } from "../service.ts";
import { optionalText, recordsOf, requiredText } from "../sqs/input.ts";
import { invalidParameter } from "./errors.ts";
import { deliverToAll, readPublication, type Publication, type QueueDelivery } from "./publishing.ts";
import { subscriptionOperations } from "./subscription-operations.ts";
import { topicOperations } from "./topic-operations.ts";
import { Topics, type Topic } from "./topics.ts";

export interface LocalSnsOptions {
  /** Puts a message into a queue of the same server. */
  readonly delivery: QueueDelivery;
  /** Where clients reach this server; links in messages begin with it. */
  readonly endpoint: () => string;
  /** Default: the machine's. */
  readonly clock?: WakeClock;
  /** Twelve digits. Default: 000000000000. */
  readonly accountId?: string;
  /** Default: us-east-1. */
  readonly region?: string;
}

/** SNS on this machine, as far as it leads to queues: topics, subscriptions of the protocol sqs, filters, publishing. */
export class LocalSns {
  readonly service: AwsService;

  constructor({ delivery, endpoint, clock = realClock(), accountId = "000000000000", region = "us-east-1" }: LocalSnsOptions) {
    const topics = new Topics({ accountId, region });
    const publisher = new Publisher(topics, clock, (topic, publication, now) => {
      deliverToAll(topic, publication, { delivery, endpoint: endpoint(), now });
    });
    this.service = {
      name: "sns",
      protocol: "query",
      version: "2010-03-31",
      xmlNamespace: "http://sns.amazonaws.com/doc/2010-03-31/",
      operations: { ...topicOperations(topics, accountId), ...subscriptionOperations(topics, accountId), ...publisher.operations },
    };
  }
}

class Publisher {
  readonly operations: Readonly<Record<string, AwsOperation>>;

  private readonly topics: Topics;
  private readonly clock: WakeClock;
  private readonly deliver: (topic: Topic, publication: Publication, now: number) => void;
  /** What FIFO topics were told, by the tag that their deduplication remembers. */
  private readonly answers = new Map<number, { readonly at: number; readonly answer: AwsRecord }>();
  private published = 0;

  constructor(topics: Topics, clock: WakeClock, deliver: (topic: Topic, publication: Publication, now: number) => void) {
    this.topics = topics;
    this.clock = clock;
    this.deliver = deliver;
    this.operations = {
      Publish: (input) => {
        const topic = this.topicOf(input);
        return this.publish(topic, readPublication(topic, input));
      },
      PublishBatch: (input) => this.publishBatch(this.topicOf(input), recordsOf(input, "PublishBatchRequestEntries")),
    };
  }

  private topicOf(input: AwsRecord): Topic {
    const arn = optionalText(input, "TopicArn") ?? optionalText(input, "TargetArn");
    if (arn === undefined) throw invalidParameter("TopicArn or TargetArn Reason: no value for required parameter");
    return this.topics.topic(arn);
  }

  private publish(topic: Topic, publication: Publication): AwsRecord {
    const now = this.clock.now();
    this.published += 1;
    const number = this.published;
    const { messageId, deduplicationId } = publication;
    if (!topic.isFifo || deduplicationId === undefined) {
      this.deliver(topic, publication, now);
      return { MessageId: messageId };
    }
    const earlier = topic.published.repeats(deduplicationId, 0, number, now);
    if (earlier !== undefined) return this.answers.get(earlier)?.answer ?? { MessageId: messageId };
    const answer = { MessageId: messageId, SequenceNumber: `1${String(number).padStart(19, "0")}` };
    this.remember(number, answer, now);
    this.deliver(topic, publication, now);
    return answer;
  }

  private publishBatch(topic: Topic, entries: readonly AwsRecord[]): AwsRecord {
    if (entries.length === 0) throw new AwsError("EmptyBatchRequest", "The batch request doesn't contain any entries.");
    if (entries.length > MAX_ENTRIES)
      throw new AwsError("TooManyEntriesInBatchRequest", "The batch request contains more entries than permissible.");
    const ids = entries.map((entry) => requiredText(entry, "Id"));
    if (new Set(ids).size < ids.length) {
      throw new AwsError("BatchEntryIdsNotDistinct", "Two or more batch entries in the request have the same Id.");
    }
    const Successful: AwsRecord[] = [];
    const Failed: AwsRecord[] = [];
    const read = entries.map((entry, index) => {
      const Id = ids[index];
      if (!/^[\w-]{1,80}$/.test(Id ?? "")) throw new AwsError("InvalidBatchEntryId", `The Id of a batch entry is invalid: ${Id ?? ""}.`);
      try {
        return { Id, publication: readPublication(topic, entry) };
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        Failed.push({ Id, Code: error.code, Message: error.message, SenderFault: true });
        return undefined;
      }
    });
    const bytes = read.reduce((sum, entry) => sum + (entry?.publication.sizeBytes ?? 0), 0);
    if (bytes > MAX_BATCH_BYTES)
      throw new AwsError("BatchRequestTooLong", "The length of all the batch messages put together is more than the limit.");
    for (const entry of read) if (entry !== undefined) Successful.push({ Id: entry.Id, ...this.publish(topic, entry.publication) });
    return { Successful, Failed };
  }

  /** For as long as somebody may be told again. */
  private remember(number: number, answer: AwsRecord, now: number): void {
    for (const [oldest, { at }] of this.answers) {
      if (now - at < REMEMBERED_MS) break;
      this.answers.delete(oldest);
    }
    this.answers.set(number, { at: now, answer });
  }
}

const MAX_ENTRIES = 10;
const MAX_BATCH_BYTES = 262_144;
/** A little longer than the deduplication window. */
const REMEMBERED_MS = 310_000;
