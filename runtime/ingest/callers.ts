import { createHash } from "node:crypto";

/**
 * Tells callers apart, for the rate limit: by the token that they were let in with, else by their address. A token counts
 * only once a route has accepted it; otherwise a caller would be a new one with each token that they make up.
 */
export class Callers {
  /** Digests of tokens, and until when they are taken for good. */
  private readonly accepted = new Map<string, number>();
  private readonly epochMs: () => number;

  constructor(epochMs: () => number) {
    this.epochMs = epochMs;
  }

  /** A route has let this token in. */
  accept(token: string): void {
    const digest = digestOf(token);
    // A map keeps its entries in the order of their making: the oldest go first.
    this.accepted.delete(digest);
    this.accepted.set(digest, this.epochMs() + REMEMBERED_MS);
    for (const [oldest] of this.accepted) {
      if (this.accepted.size <= MOST_REMEMBERED) break;
      this.accepted.delete(oldest);
    }
  }

  /** A name for whoever sent a request. */
  nameOf(token: string | undefined, address: string | undefined): string {
    const digest = token === undefined ? undefined : digestOf(token);
    const isKnown = digest !== undefined && (this.accepted.get(digest) ?? 0) > this.epochMs();
    return isKnown ? `token ${digest}` : `address ${address ?? "unknown"}`;
  }
}

/**
 * The caller's address as the outermost trusted proxy has seen it: each adds the address it was called from at the end of
 * X-Forwarded-For, and what stands further left may have been made up by the caller.
 */
export function forwardedAddress(forwardedFor: string | undefined, trustedProxies: number): string | undefined {
  if (trustedProxies === 0 || forwardedFor === undefined) return undefined;
  return forwardedFor.split(",").at(-trustedProxies)?.trim();
}

function digestOf(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}

const REMEMBERED_MS = 300_000;
const MOST_REMEMBERED = 10_000;
