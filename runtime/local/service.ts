/**
 * One AWS service as the embedded AWS serves it: operations by name, with plain objects in and out. The host
 * (`server.ts`) owns HTTP and the wire protocols; a service knows neither.
 */
export interface AwsService {
  /** As in credential scopes and endpoints: `sqs`, `sns`, `monitoring`, `autoscaling`. */
  readonly name: string;
  /**
   * `json-1.0`: the operation is the end of `x-amz-target`, after the last dot; bodies are JSON, instants epoch seconds.
   * `query`: form fields in (`Action`, `Name.member.1`), XML out, wrapped in `<ActionResponse><ActionResult>`.
   */
  readonly protocol: "json-1.0" | "query";
  /** json-1.0: what `x-amz-target` starts with, such as `AmazonSQS`. query: the API version, such as `2011-01-01`. */
  readonly version: string;
  /** Where XML answers of the query protocol are declared. */
  readonly xmlNamespace?: string;
  readonly operations: Readonly<Record<string, AwsOperation>>;
}

/**
 * Answers one call. Throws {@link AwsError} for what the caller did wrong or what is injected.
 *
 * Input of the query protocol is as nested as JSON would be, but its leaves are strings: lists are arrays, and whoever
 * reads a number or a boolean converts it. In output `undefined` is left out, arrays become `<member>` lists, and a `Date`
 * becomes what the protocol writes for instants.
 */
export type AwsOperation = (input: AwsRecord, call: AwsCall) => AwsRecord | Promise<AwsRecord>;

export type AwsRecord = Readonly<Record<string, unknown>>;

export interface AwsCall {
  /** Ends when the client has gone before it was answered. */
  readonly signal: AbortSignal;
  readonly requestId: string;
}

/** An error as AWS's clients see it. */
export class AwsError extends Error {
  /** As in the service's API reference, such as `QueueDoesNotExist` or `ValidationError`. */
  readonly code: string;
  readonly statusCode: number;
  /** SQS: the older code that clients of its former query protocol know, such as `AWS.SimpleQueueService.NonExistentQueue`. */
  readonly queryCode: string | undefined;

  constructor(code: string, message: string, { statusCode = 400, queryCode }: { statusCode?: number; queryCode?: string } = {}) {
    super(message);
    this.name = "AwsError";
    this.code = code;
    this.statusCode = statusCode;
    this.queryCode = queryCode;
  }
}
