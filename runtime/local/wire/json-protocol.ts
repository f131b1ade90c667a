import { AwsError, type AwsRecord } from "../service.ts";
import type { WireAnswer } from "./wire.ts";

/** AWS JSON 1.0 (https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html). */
export function readJson(body: string): AwsRecord {
  let input: unknown;
  try {
    input = body === "" ? {} : JSON.parse(body);
  } catch {
    throw new AwsError("SerializationException", "The body is not JSON.");
  }
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    throw new AwsError("SerializationException", "The body is not a JSON object.");
  }
  return input as AwsRecord;
}

export function jsonAnswer(output: AwsRecord): WireAnswer {
  return { statusCode: 200, contentType: CONTENT_TYPE, body: JSON.stringify(withEpochSeconds(output)) };
}

/** Clients of a service that once spoke the query protocol read the header, all others `__type`. */
export function jsonError({ code, message, statusCode, queryCode }: AwsError): WireAnswer {
  return {
    statusCode,
    contentType: CONTENT_TYPE,
    headers: { "x-amzn-query-error": `${queryCode ?? code};${statusCode < 500 ? "Sender" : "Receiver"}` },
    body: JSON.stringify({ __type: code, message }),
  };
}

const CONTENT_TYPE = "application/x-amz-json-1.0";

/** The same value where it holds no instants, so that a plain answer costs a look and no copy. */
function withEpochSeconds(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Date) return value.getTime() / 1000;
  if (value instanceof Map) return withEpochSeconds(Object.fromEntries(value as Map<string, unknown>));
  const before = value as Record<string, unknown>;
  let after: Record<string, unknown> | undefined;
  for (const name in before) {
    const field = withEpochSeconds(before[name]);
    if (field === before[name]) continue;
    after ??= (Array.isArray(value) ? [...(value as unknown[])] : { ...before }) as Record<string, unknown>;
    after[name] = field;
  }
  return after ?? value;
}
