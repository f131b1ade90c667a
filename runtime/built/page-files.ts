import { serveStatic } from "@hono/node-server/serve-static";
import type { MiddlewareHandler } from "hono";
import { etag } from "hono/etag";

/** A page may load what comes from its server, and nothing else; nothing inline runs. Charts are exported as data or blobs. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** What goes with every answer of a page's server. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": CONTENT_SECURITY_POLICY,
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};

/**
 * Hands out the files of a built page by their paths below `folder`, compressed where the build has put a compressed copy
 * beside them. What is not there is left to whoever comes next.
 *
 * @param hashed Beginning of the paths in whose names the build puts a hash of the content: what has such a name never changes.
 */
export function pageFiles(folder: string, hashed: string): [MiddlewareHandler, MiddlewareHandler, MiddlewareHandler] {
  const withHeaders: MiddlewareHandler = async (context, next) => {
    await next();
    if (!context.res.ok) return;
    for (const [name, value] of Object.entries(PAGE_HEADERS)) context.header(name, value);
    context.header("Cache-Control", context.req.path.startsWith(hashed) ? "public, max-age=31536000, immutable" : "no-cache");
  };
  return [etag(), withHeaders, serveStatic({ root: folder, precompressed: true })];
}
