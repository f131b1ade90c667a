import { TRACE_ATTRIBUTE, traceparentOf } from "../trace.ts";

/** The attributes by which a message of SQS or SNS tells its trace; undefined for none. */
export function traceAttributes(traceId: string | undefined) {
  return traceId === undefined ? undefined : { [TRACE_ATTRIBUTE]: { DataType: "String", StringValue: traceparentOf(traceId) } };
}
