import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
  type AttributeValue,
} from "@aws-sdk/client-dynamodb";
import { clientSettings } from "./client-settings.ts";
import { awsFailure, failAs } from "./errors.ts";
import { Expressions, itemOf, valuesOf, type Condition, type Item, type ItemValue } from "./table-expressions.ts";

export type { Condition, Item, ItemValue } from "./table-expressions.ts";

/** One DynamoDB table with a partition key of one text and no sort key. */
export interface Table {
  /** Reads an item as it is after every write that has been answered; undefined when there is none. */
  get(key: string): Promise<Item | undefined>;
  /** Writes a whole item. False when `condition` does not hold for what is there. */
  put(item: Item, condition?: Condition): Promise<boolean>;
  /** Changes some attributes of an item, and makes it when it is not there. False when `condition` does not hold. */
  update(key: string, changes: Changes, condition?: Condition): Promise<boolean>;
  /** Deletes an item, or finds that there is none. False when `condition` does not hold. */
  delete(key: string, condition?: Condition): Promise<boolean>;
}

export interface Changes {
  readonly set?: Item;
  /** Names of attributes that are to be no more. */
  readonly remove?: readonly string[];
}

export interface TableOptions {
  readonly name: string;
  /** Name of the partition key's attribute. */
  readonly key: string;
  readonly region: string;
  readonly endpoint: string | undefined;
}

/**
 * A table over the wire. Every call may throw `AwsFailure`, after the SDK has tried it three times. A call that is tried
 * again may find what it has itself written; who writes on condition has to know its own writing by what it holds.
 *
 * There are no transactions over several items: what has to happen at once stands in one item.
 */
export class DynamoTable implements Table {
  private readonly client: DynamoDBClient;
  private readonly name: string;
  private readonly key: string;

  constructor({ name, key, region, endpoint }: TableOptions) {
    this.name = name;
    this.key = key;
    this.client = new DynamoDBClient(clientSettings({ region, endpoint, attempts: 3, requestTimeoutMs: ANSWER_MS }));
  }

  async get(key: string): Promise<Item | undefined> {
    const command = new GetItemCommand({ TableName: this.name, Key: this.keyOf(key), ConsistentRead: true });
    const { Item } = await this.client.send(command).catch(failAs("GetItem"));
    return Item === undefined ? undefined : itemOf(Item);
  }

  async put(item: Item, condition?: Condition): Promise<boolean> {
    const expressions = new Expressions();
    const command = new PutItemCommand({ TableName: this.name, Item: valuesOf(item), ...expressions.guard(condition) });
    return this.conditional("PutItem", () => this.client.send(command));
  }

  async update(key: string, { set = {}, remove = [] }: Changes, condition?: Condition): Promise<boolean> {
    const expressions = new Expressions();
    const UpdateExpression = expressions.changes(set, remove);
    const command = new UpdateItemCommand({
      TableName: this.name,
      Key: this.keyOf(key),
      UpdateExpression,
      ...expressions.guard(condition),
    });
    return this.conditional("UpdateItem", () => this.client.send(command));
  }

  async delete(key: string, condition?: Condition): Promise<boolean> {
    const expressions = new Expressions();
    const command = new DeleteItemCommand({ TableName: this.name, Key: this.keyOf(key), ...expressions.guard(condition) });
    return this.conditional("DeleteItem", () => this.client.send(command));
  }

  close(): void {
    this.client.destroy();
  }

  private keyOf(key: ItemValue): Record<string, AttributeValue> {
    return valuesOf({ [this.key]: key });
  }

  private async conditional(operation: string, send: () => Promise<unknown>): Promise<boolean> {
    try {
      await send();
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw awsFailure(operation, error);
    }
  }
}

const ANSWER_MS = 3000;
