import { AsyncLocalStorage } from "node:async_hooks";
import { randomBytes } from "node:crypto";

/**
 * Traces: one id for all that a request sets off, on both sides of the queue. It comes with the request or is made for it,
 * stands in each line of the log about it, and travels with its message (W3C Trace Context, as OpenTelemetry does it).
 */

/** Name of the header of a request, and of the attribute of a message. */
export const TRACE_ATTRIBUTE = "traceparent";

const current = new AsyncLocalStorage<string>();

/** Does something in the name of a trace: {@link currentTraceId} tells it, however deep and late it is asked. */
export function inTrace<T>(traceId: string, act: () => T): T {
  return current.run(traceId, act);
}

/** The trace that the work under way belongs to; undefined when it belongs to none. */
export function currentTraceId(): string | undefined {
  return current.getStore();
}

/**
 * The trace of a request: as its caller names it, or as AWS's load balancers and API Gateway do (X-Amzn-Trace-Id, whose
 * `Root=1-` and two numbers are the same 32 digits), or a new one.
 */
export function traceIdOfRequest(traceparent: string | undefined, amznTraceId: string | undefined): string {
  const [, time = "", rest = ""] = /(?:^|;)\s*Root=1-([0-9a-f]{8})-([0-9a-f]{24})(?:;|$)/.exec(amznTraceId ?? "") ?? [];
  return traceIdIn(traceparent) ?? (time === "" ? randomBytes(16).toString("hex") : `${time}${rest}`);
}

/** A trace as it stands in a header or an attribute. */
export function traceparentOf(traceId: string): string {
  return `00-${traceId}-${randomBytes(8).toString("hex")}-01`;
}

/** The trace that a message belongs to: by its attribute, or by that which SNS has put into its envelope. */
export function traceIdOfMessage({ attributes, body }: TracedMessage): string | undefined {
  const own = attributes[TRACE_ATTRIBUTE];
  if (typeof own === "string") return traceIdIn(own);
  // Most messages have neither, and are not worth a reading.
  if (!body.includes(`"${TRACE_ATTRIBUTE}"`)) return undefined;
  try {
    const { MessageAttributes: attributesInside } = Object(JSON.parse(body)) as { readonly MessageAttributes?: unknown };
    const { [TRACE_ATTRIBUTE]: attribute } = Object(attributesInside) as Readonly<Record<string, unknown>>;
    const { Value: value } = Object(attribute) as { readonly Value?: unknown };
    return typeof value === "string" ? traceIdIn(value) : undefined;
  } catch {
    return undefined;
  }
}

interface TracedMessage {
  readonly attributes: Readonly<Record<string, string | Uint8Array>>;
  readonly body: string;
}

/** https://www.w3.org/TR/trace-context/#traceparent-header; all zeros are no id. */
function traceIdIn(traceparent: string | undefined): string | undefined {
  const id = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(?:-|$)/.exec(traceparent ?? "")?.[1];
  return id === undefined || /^0+$/.test(id) ? undefined : id;
}
