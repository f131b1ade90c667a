import { DynamoTable, type Table } from "../../aws/table.ts";
import { optional, plainText, webAddress, wholeNumber, withDefault } from "../../settings.ts";

/** Settings of whoever records dead letters. */
export const DEAD_LETTER_SETTINGS = {
  DEAD_LETTERS_TABLE_NAME: plainText("the table of dead letters, by message_id, with expires_at"),
  DEAD_LETTERS_KEPT_DAYS: withDefault(
    wholeNumber({ min: 1, max: 3650, unit: "days", what: "how long a recorded dead letter is kept" }),
    90,
  ),
  AWS_REGION: plainText("the region of the table"),
  AWS_ENDPOINT_URL: optional(webAddress("where to reach AWS instead of its own address, such as the embedded AWS")),
};

/** A message that was received too often, as it comes out of the dead-letter queue. */
export interface DeadLetter {
  readonly id: string;
  readonly body: string;
  /** How often it has been received, in both queues together. */
  readonly receiveCount: number;
  /** Milliseconds since 1970. */
  readonly sentAt: number;
  /** ARN of the queue that it came out of; undefined when it is not told. */
  readonly queueArn: string | undefined;
}

/** Records dead letters, so that somebody can look at them when the queue has let go of them. */
export class DeadLetterRecorder {
  private readonly table: Table;
  private readonly epochMs: () => number;
  private readonly keptSec: number;

  constructor(options: { readonly table: Table; readonly epochMs: () => number; readonly keptDays: number }) {
    this.table = options.table;
    this.epochMs = options.epochMs;
    this.keptSec = options.keptDays * DAY_SEC;
  }

  /** Records a dead letter under the id of its message: one that comes again is recorded once. */
  async record({ id, body, receiveCount, sentAt, queueArn }: DeadLetter): Promise<void> {
    const now = this.epochMs();
    const item = {
      message_id: id,
      body,
      receive_count: receiveCount,
      sent_at: new Date(Number.isFinite(sentAt) ? sentAt : now).toISOString(),
      recorded_at: new Date(now).toISOString(),
      expires_at: Math.ceil(now / 1000) + this.keptSec,
      ...transactionIn(body),
      ...(queueArn === undefined ? {} : { queue_arn: queueArn }),
    };
    await this.table.put(item, { absent: "message_id" });
  }
}

export function deadLetterTable(given: {
  readonly DEAD_LETTERS_TABLE_NAME: string;
  readonly AWS_REGION: string;
  readonly AWS_ENDPOINT_URL?: string | undefined;
}): DynamoTable {
  const { DEAD_LETTERS_TABLE_NAME: name, AWS_REGION: region, AWS_ENDPOINT_URL: endpoint } = given;
  return new DynamoTable({ name, key: "message_id", region, endpoint });
}

/** Which transaction it is about, where the body can be read so far. */
function transactionIn(body: string): { transaction_id?: string } {
  try {
    const { transaction_id: id } = Object(JSON.parse(body)) as { transaction_id?: unknown };
    return typeof id === "string" ? { transaction_id: id } : {};
  } catch {
    return {};
  }
}

const DAY_SEC = 86_400;
