import type { MiddlewareHandler } from "hono";
import { createHash, timingSafeEqual } from "node:crypto";
import type { ApiContext } from "../pipelines/pipeline.ts";
import { RequestProblem } from "./problem.ts";

/** How the OpenAPI document tells of tokens, and that a route wants one. */
export const TOKEN_SCHEME = { type: "http", scheme: "bearer" } as const;
export const TOKEN_SECURITY = [{ token: [] }];

/**
 * Lets nobody through without a token that is good: `Authorization: Bearer <token>` (RFC 6750). It comes before all that looks
 * at the rest of a request, so that only those who may ask learn what is wrong with what they ask.
 */
export function requireToken(isGood: (token: string) => Promise<boolean>): MiddlewareHandler<ApiContext> {
  return async (context, next) => {
    const token = bearerToken(context.req.header("Authorization"));
    if (token === undefined || !(await isGood(token))) {
      context.header("WWW-Authenticate", "Bearer");
      const detail =
        token === undefined ? "This needs a token: send Authorization: Bearer <token>." : "The token is not, or no longer, good.";
      throw new RequestProblem(401, detail);
    }
    context.get("callers").accept(token);
    await next();
  };
}

/** The token in an Authorization header; undefined when it holds none. */
export function bearerToken(authorization: string | undefined): string | undefined {
  return /^Bearer +([\x21-\x7e]+) *$/i.exec(authorization ?? "")?.[1];
}

/** Compares in a time that tells nothing of how much of the token was right, nor how long the true one is. */
export function isSameToken(given: string, expected: string): boolean {
  return timingSafeEqual(digestOf(given), digestOf(expected));
}

function digestOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
