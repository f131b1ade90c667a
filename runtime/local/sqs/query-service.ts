import { AwsError, type AwsOperation, type AwsRecord, type AwsService } from "../service.ts";
import { Flattened } from "../wire/query-protocol.ts";

/**
 * SQS in its former protocol, AWS query, for clients from before 2024: the same operations, with lists and maps under the
 * names that they had there (SQS Developer Guide, sqs-making-api-requests-xml).
 */
export function queryServiceOf({ name, operations }: AwsService): AwsService {
  return {
    name,
    protocol: "query",
    version: "2012-11-05",
    xmlNamespace: "http://queue.amazonaws.com/doc/2012-11-05/",
    operations: Object.fromEntries(Object.entries(operations).map(([action, operation]) => [action, inQueryForm(action, operation)])),
  };
}

/** Lists, by their name in a form. What is a list of entries there is so within each entry as well. */
const LISTS: Readonly<Record<string, string>> = {
  AttributeName: "AttributeNames",
  MessageAttributeName: "MessageAttributeNames",
  MessageSystemAttributeName: "MessageSystemAttributeNames",
  TagKey: "TagKeys",
  AWSAccountId: "AWSAccountIds",
  ActionName: "Actions",
};
/** Maps, which are lists of pairs in a form. */
const MAPS: Readonly<Record<string, string>> = {
  Attribute: "Attributes",
  MessageAttribute: "MessageAttributes",
  MessageSystemAttribute: "MessageSystemAttributes",
  Tag: "Tags",
};

function inQueryForm(action: string, operation: AwsOperation): AwsOperation {
  return async (form, call) => flattened(action, await operation(inputOf(action, form), call));
}

function inputOf(action: string, form: AwsRecord): AwsRecord {
  const fields = Object.entries(form).map(([name, value]): [string, unknown] => {
    const list = LISTS[name];
    if (list !== undefined) return [list, itemsOf(value)];
    const map = MAPS[name];
    if (map !== undefined) return [map, mapOf(name, value)];
    if (name !== `${action}RequestEntry`) return [name, value];
    return ["Entries", itemsOf(value).map((entry) => inputOf(action, recordOf(name, entry)))];
  });
  return Object.fromEntries(fields);
}

function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : value === "" ? [] : [value];
}

/** Pairs have `Name` and `Value`, or `Key` and `Value`; a single one may come without a number. */
function mapOf(name: string, value: unknown): AwsRecord {
  const pairs = itemsOf(value).map((item): [string, unknown] => {
    const { Name, Key = Name, Value = "" } = recordOf(name, item);
    if (typeof Key !== "string") throw malformed(name);
    return [Key, Value];
  });
  return Object.fromEntries(pairs);
}

function recordOf(name: string, value: unknown): AwsRecord {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw malformed(name);
  return value as AwsRecord;
}

function malformed(name: string): AwsError {
  return new AwsError("MalformedQueryString", `The query string is malformed: ${name} is not what it has to be.`);
}

function flattened(action: string, output: AwsRecord): AwsRecord {
  const fields = Object.entries(output).map(([name, value]): [string, unknown] => {
    switch (name) {
      case "QueueUrls":
      case "queueUrls":
        return ["QueueUrl", new Flattened(value as readonly unknown[])];
      case "Failed":
        return ["BatchResultErrorEntry", new Flattened(value as readonly unknown[])];
      case "Successful":
      case "Results":
        return [`${action}ResultEntry`, new Flattened(value as readonly unknown[])];
      case "Messages":
        return ["Message", new Flattened((value as readonly AwsRecord[]).map((message) => flattened(action, message)))];
      case "Attributes":
        return ["Attribute", pairsOf("Name", value)];
      case "MessageAttributes":
        return ["MessageAttribute", pairsOf("Name", value)];
      case "Tags":
        return ["Tag", pairsOf("Key", value)];
      default:
        return [name, value];
    }
  });
  return Object.fromEntries(fields);
}

function pairsOf(key: "Name" | "Key", map: unknown): Flattened | undefined {
  if (map === undefined) return undefined;
  return new Flattened(Object.entries(map as AwsRecord).map(([name, Value]) => ({ [key]: name, Value })));
}
