/**
 * What a call to AWS can fail of, as far as callers treat it differently. `AwsFailure.isRetryable` follows from it.
 *
 * | kind          | what happened                                                        | the same call may succeed later |
 * |---------------|----------------------------------------------------------------------|---------------------------------|
 * | `throttled`   | too many calls, or a quota of the moment (in-flight messages) is full | yes                             |
 * | `unreachable` | no connection, or it broke                                           | yes                             |
 * | `timed-out`   | no answer within the call's own time; it may have taken effect       | yes                             |
 * | `server`      | AWS answered with an error of its own (5xx)                          | yes                             |
 * | `credentials` | credentials missing or expired, or the clock wrong; providers renew  | yes                             |
 * | `ended`       | the caller hung up                                                   | no                              |
 * | `denied`      | no permission                                                        | no                              |
 * | `missing`     | what the call names is not there                                     | no                              |
 * | `stale`       | the receipt handle is no longer good: expired, or not in flight       | no                              |
 * | `invalid`     | AWS refuses the request as it is                                     | no                              |
 */
export type AwsFailureKind = keyof typeof RETRYABLE;

const RETRYABLE = {
  throttled: true,
  unreachable: true,
  "timed-out": true,
  server: true,
  credentials: true,
  ended: false,
  denied: false,
  missing: false,
  stale: false,
  invalid: false,
} as const;

/** A call to AWS that failed: remote trouble, never a defect of the program. */
export class AwsFailure extends Error {
  override readonly name = "AwsFailure";
  readonly operation: string;
  readonly kind: AwsFailureKind;
  /** AWS's own code, or the system's, such as `RequestThrottled` or `ECONNREFUSED`. */
  readonly code: string;

  constructor({ operation, kind, code, message, cause }: AwsFailureParts) {
    super(`${operation} failed: ${message} (${code})`, { cause });
    this.operation = operation;
    this.kind = kind;
    this.code = code;
  }

  /** Whether the same call is worth another try after a while. */
  get isRetryable(): boolean {
    return RETRYABLE[this.kind];
  }
}

interface AwsFailureParts {
  readonly operation: string;
  readonly kind: AwsFailureKind;
  readonly code: string;
  readonly message: string;
  readonly cause?: unknown;
}

/** Translates what the SDK threw. */
export function awsFailure(operation: string, error: unknown): AwsFailure {
  if (!(error instanceof Error))
    return new AwsFailure({ operation, kind: "invalid", code: "Unknown", message: String(error), cause: error });
  const { code, status } = figuresOf(error);
  const message = error.message === "" ? error.name : error.message;
  return new AwsFailure({ operation, kind: kindOf(code, status, message), code, message, cause: error });
}

/** The same, for the end of a call's promise: `.catch(failAs("ReceiveMessage"))`. */
export function failAs(operation: string): (error: unknown) => never {
  return (error) => {
    throw awsFailure(operation, error);
  };
}

/** Translates a failed entry of a batch call that as a whole succeeded. */
export function entryFailure(
  operation: string,
  entry: { readonly Code?: string | undefined; readonly Message?: string | undefined; readonly SenderFault?: boolean | undefined },
): AwsFailure {
  const { Code: code = "Unknown", Message: message = code, SenderFault: isOurs = false } = entry;
  return new AwsFailure({ operation, kind: kindOf(code, isOurs ? 400 : 500, message), code, message });
}

interface Figures {
  readonly code: string;
  readonly status: number | undefined;
}

function figuresOf(error: Error): Figures {
  const { code, $metadata, errors } = error as {
    code?: unknown;
    $metadata?: { httpStatusCode?: number };
    errors?: readonly { code?: unknown }[];
  };
  // A host with several addresses fails with one error for each of them.
  const systemCode = code ?? errors?.[0]?.code;
  const isSystem = typeof systemCode === "string" && systemCode in BY_CODE;
  return { code: isSystem ? systemCode : error.name, status: $metadata?.httpStatusCode };
}

function kindOf(code: string, status: number | undefined, message: string): AwsFailureKind {
  // Codes of SQS's former protocol carry a prefix, and some services end theirs in "Exception".
  const bare = code.replace(/^.*[.#]/, "").replace(/Exception$/, "");
  const known = BY_CODE[bare] ?? BY_CODE[code];
  if (known !== undefined) return known;
  // A FIFO queue has no code of its own for a handle that has expired (DeleteMessage, SQS API reference).
  if (/receipt handle (has )?expired|not available for visibility timeout change/i.test(message)) return "stale";
  if (status === undefined || status >= 500) return "server";
  if (status === 429) return "throttled";
  if (status === 403 || status === 401) return "denied";
  return "invalid";
}

/** Common errors and those of the services that are called here, as in their API references; then Node's. */
const BY_CODE: Readonly<Record<string, AwsFailureKind>> = {
  RequestThrottled: "throttled",
  Throttling: "throttled",
  Throttled: "throttled",
  ThrottledRequest: "throttled",
  TooManyRequests: "throttled",
  RequestLimitExceeded: "throttled",
  SlowDown: "throttled",
  KmsThrottled: "throttled",
  OverLimit: "throttled",
  ResourceContention: "throttled",
  ScalingActivityInProgress: "throttled",
  ProvisionedThroughputExceeded: "throttled",
  ConcurrentUpdate: "throttled",
  // Another conditional write of the same key is under way (Amazon S3 User Guide, conditional-writes).
  ConditionalRequestConflict: "throttled",
  InternalError: "server",
  InternalFailure: "server",
  ServiceUnavailable: "server",
  ExpiredToken: "credentials",
  RequestExpired: "credentials",
  RequestTimeTooSkewed: "credentials",
  CredentialsProviderError: "credentials",
  CredentialsProvider: "credentials",
  TokenProviderError: "credentials",
  InvalidClientTokenId: "denied",
  UnrecognizedClient: "denied",
  SignatureDoesNotMatch: "denied",
  AccessDenied: "denied",
  KmsAccessDenied: "denied",
  NotAuthorized: "denied",
  QueueDoesNotExist: "missing",
  NonExistentQueue: "missing",
  ResourceNotFound: "missing",
  ParameterNotFound: "missing",
  NoSuchBucket: "missing",
  ReceiptHandleIsInvalid: "stale",
  MessageNotInflight: "stale",
  AbortError: "ended",
  TimeoutError: "timed-out",
  RequestTimeout: "timed-out",
  ETIMEDOUT: "timed-out",
  ECONNREFUSED: "unreachable",
  ECONNRESET: "unreachable",
  ECONNABORTED: "unreachable",
  EPIPE: "unreachable",
  EAI_AGAIN: "unreachable",
  ENOTFOUND: "unreachable",
  EHOSTUNREACH: "unreachable",
  ENETUNREACH: "unreachable",
  EADDRNOTAVAIL: "unreachable",
  ERR_SSL_WRONG_VERSION_NUMBER: "unreachable",
};
