import { isLoopbackName } from "../wire/gatekeeper.ts";

/** The headers of a request by which a browser tells whose page has sent it; undefined for one that is not there. */
export type HeaderOf = (name: string) => string | undefined;

/**
 * Why a request may not reach the fleet of this machine; undefined for one of the page that comes from the same server, and
 * for a program of this machine, which no browser speaks for.
 *
 * - A page whose own name was made to lead to this machine (DNS rebinding) names itself in `Host`.
 * - Another page's request carries another `Origin`, or a `Sec-Fetch-Site` that is not its own. A page of this machine on
 *   another port is another page.
 */
export function objectionToOrigin(header: HeaderOf): string | undefined {
  const host = header("Host") ?? "";
  if (!isLoopbackName(host)) return `The Host header is ${JSON.stringify(host)}, but has to name this machine.`;
  const origin = header("Origin");
  if (origin !== undefined && origin !== `http://${host}`) return `A request of another page (${origin}) is refused.`;
  const site = header("Sec-Fetch-Site");
  if (site !== undefined && site !== "same-origin" && site !== "none") return `A request that another page caused (${site}) is refused.`;
  return undefined;
}
