import { AwsError } from "../service.ts";

/**
 * The errors of SQS (API reference, "Common errors" and each action's own), with the codes that clients of the former
 * query protocol know them by.
 */
const QUERY_CODES: Readonly<Record<string, string>> = {
  QueueDoesNotExist: "AWS.SimpleQueueService.NonExistentQueue",
  QueueNameExists: "QueueAlreadyExists",
  QueueDeletedRecently: "AWS.SimpleQueueService.QueueDeletedRecently",
  MessageNotInflight: "AWS.SimpleQueueService.MessageNotInflight",
  PurgeQueueInProgress: "AWS.SimpleQueueService.PurgeQueueInProgress",
  BatchEntryIdsNotDistinct: "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
  BatchRequestTooLong: "AWS.SimpleQueueService.BatchRequestTooLong",
  EmptyBatchRequest: "AWS.SimpleQueueService.EmptyBatchRequest",
  InvalidBatchEntryId: "AWS.SimpleQueueService.InvalidBatchEntryId",
  TooManyEntriesInBatchRequest: "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
  UnsupportedOperation: "AWS.SimpleQueueService.UnsupportedOperation",
};

export function sqsError(code: string, message: string): AwsError {
  const queryCode = QUERY_CODES[code];
  return new AwsError(code, message, queryCode === undefined ? {} : { queryCode });
}

export function missing(parameter: string): AwsError {
  return sqsError("MissingParameter", `The request must contain the parameter ${parameter}.`);
}

export function invalidValue(parameter: string, value: unknown, reason: string): AwsError {
  const shown = typeof value === "string" ? value : JSON.stringify(value);
  return sqsError("InvalidParameterValue", `Value ${shown} for parameter ${parameter} is invalid. Reason: ${reason}`);
}

export function queueDoesNotExist(): AwsError {
  return sqsError("QueueDoesNotExist", "The specified queue does not exist.");
}

export function receiptHandleIsInvalid(handle: string): AwsError {
  return sqsError("ReceiptHandleIsInvalid", `The input receipt handle "${handle}" is not a valid receipt handle.`);
}
