import { NodeHttpHandler } from "@smithy/node-http-handler";

/** Where calls go, and how long each may take. */
export interface ClientOptions {
  readonly region: string;
  /** Address of the service; undefined for AWS's own in the region. */
  readonly endpoint: string | undefined;
  /** Times a call is tried in all; 1 when the caller tries again by rules of its own. */
  readonly attempts: number;
  /** Time for an answer to a call that does not bring its own limit, milliseconds. */
  readonly requestTimeoutMs: number;
}

/** The settings that all AWS clients share. Credentials come from the SDK's default chain. */
export function clientSettings({ region, endpoint, attempts, requestTimeoutMs }: ClientOptions) {
  return {
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    maxAttempts: attempts,
    requestHandler: new NodeHttpHandler({
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
      // Its default of 50 would make a long poll wait for a socket behind fifty others.
      httpAgent: { maxSockets: Infinity },
      httpsAgent: { maxSockets: Infinity },
    }),
  };
}

const CONNECTION_TIMEOUT_MS = 3000;

// The SDK would print its plans for later versions at every start on Node 20. Ours is pinned, and users can do nothing.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
