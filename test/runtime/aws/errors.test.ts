import { describe, expect, it } from "vitest";
import { QueueDoesNotExist, ReceiptHandleIsInvalid, RequestThrottled, SQSServiceException } from "@aws-sdk/client-sqs";
import { awsFailure, entryFailure } from "../../../runtime/aws/errors.ts";

function serviceError(name: string, httpStatusCode: number, message = "said AWS") {
  return new SQSServiceException({ name, message, $fault: httpStatusCode < 500 ? "client" : "server", $metadata: { httpStatusCode } });
}

const GIVEN = { message: "said AWS", $metadata: { httpStatusCode: 400 } };

describe("an error of the SDK", () => {
  it.each([
    ["throttled", new RequestThrottled({ ...GIVEN, $metadata: { httpStatusCode: 403 } }), true],
    ["throttled", serviceError("ThrottlingException", 400), true],
    ["throttled", serviceError("OverLimit", 403), true],
    ["throttled", serviceError("SomethingNew", 429), true],
    ["server", serviceError("InternalError", 500), true],
    ["server", serviceError("SomethingNew", 503), true],
    ["credentials", serviceError("ExpiredToken", 403), true],
    ["credentials", Object.assign(new Error("Could not load credentials from any providers"), { name: "CredentialsProviderError" }), true],
    ["denied", serviceError("AccessDeniedException", 400), false],
    ["denied", serviceError("InvalidClientTokenId", 403), false],
    ["missing", new QueueDoesNotExist(GIVEN), false],
    ["missing", serviceError("AWS.SimpleQueueService.NonExistentQueue", 400), false],
    ["stale", new ReceiptHandleIsInvalid(GIVEN), false],
    ["stale", serviceError("InvalidParameterValue", 400, "Reason: The receipt handle has expired."), false],
    ["invalid", serviceError("InvalidParameterValue", 400, "Value 21 for WaitTimeSeconds"), false],
    ["ended", Object.assign(new Error("Request aborted"), { name: "AbortError" }), false],
    ["timed-out", Object.assign(new Error("too slow"), { name: "TimeoutError", code: "ETIMEDOUT" }), true],
    ["unreachable", Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" }), true],
    ["unreachable", new AggregateError([Object.assign(new Error("refused"), { code: "ECONNREFUSED" })]), true],
    ["server", new SyntaxError("Unexpected token in an answer"), true],
    ["invalid", "a text", false],
  ] as const)("is told as %s: %s", (kind, error, isRetryable) => {
    const failure = awsFailure("DeleteMessageBatch", error);
    expect(failure).toMatchObject({ kind, isRetryable, operation: "DeleteMessageBatch", cause: error });
    expect(failure.message).toContain("DeleteMessageBatch failed: ");
  });
});

describe("an entry of a batch that failed", () => {
  it.each([
    ["throttled", { Code: "RequestThrottled", SenderFault: true }],
    ["stale", { Code: "ReceiptHandleIsInvalid", SenderFault: true }],
    ["stale", { Code: "AWS.SimpleQueueService.MessageNotInflight", SenderFault: true }],
    ["server", { Code: "InternalError", SenderFault: false }],
    ["server", { Code: "SomethingNew", SenderFault: false }],
    ["invalid", { Code: "SomethingNew", SenderFault: true }],
  ] as const)("is told as %s: %o", (kind, entry) => {
    expect(entryFailure("DeleteMessageBatch", entry)).toMatchObject({ kind });
  });
});
