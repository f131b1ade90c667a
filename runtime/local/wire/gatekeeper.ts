import type { IncomingHttpHeaders } from "node:http";

/**
 * Why a request may not come in; undefined for one that may. The server listens on a loopback address only, so whoever
 * reaches it runs on this machine; but that may be a browser that a foreign page has sent here.
 *
 * - A page whose own name was made to lead to this machine (DNS rebinding) names itself in `Host`.
 * - Any other page's request carries `Origin` or `Sec-Fetch-Site`, which AWS's clients do not send.
 */
export function objectionToCaller(headers: IncomingHttpHeaders): string | undefined {
  const { host = "" } = headers;
  if (!isLoopbackName(host)) return `Loopback only: the Host header is ${JSON.stringify(host)}, but has to name this machine.`;
  if (headers.origin !== undefined) return `Loopback only: a request of a web page (${headers.origin}) is refused.`;
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "none") return `Loopback only: a request that a web page caused (${site}) is refused.`;
  return undefined;
}

/** Whether the value of a Host header names this machine. */
export function isLoopbackName(host: string): boolean {
  return LOOPBACK_HOST.test(host);
}

/** Names that lead to this machine whatever a name server says (RFC 6761, 6.3, for `localhost` and all below it). */
const LOOPBACK_HOST = /^(?:127(?:\.\d{1,3}){3}|(?:[a-z0-9-]+\.)*localhost|\[::1\])(?::\d{1,5})?$/i;
