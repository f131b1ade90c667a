import { buildApp } from "fauxqs";
import type { Server, ServerResponse } from "node:http";
import { LOOPBACK_ADDRESS } from "../wire/listening.ts";
import { guardServer, type LocalStore } from "./local-server.ts";

/**
 * Starts S3 on this machine: fauxqs, in this process, in memory. What it lacks and its callers need is added: a PUT with
 * `If-None-Match: *` is refused with 412 when the key is taken, and with 409 while another such PUT of the key is at work.
 */
export async function startLocalS3(buckets: readonly string[]): Promise<LocalStore> {
  const app = buildApp({ logger: false }) as unknown as S3App;
  guardServer(app.server);
  const atWork = new Set<string>();
  app.addHook("preHandler", async ({ method, url, headers }, reply) => {
    if (method !== "PUT" || headers["if-none-match"] !== "*") return;
    const [path = ""] = url.split("?");
    const refuse = (status: number, code: string) => reply.code(status).type("application/xml").send(errorXml(code));
    if (atWork.has(path)) {
      await refuse(409, "ConditionalRequestConflict");
      return;
    }
    atWork.add(path);
    reply.raw.once("close", () => atWork.delete(path));
    const { statusCode } = await app.inject({ method: "HEAD", url: path, headers: LOCAL });
    if (statusCode === 200) await refuse(412, "PreconditionFailed");
  });
  const url = await app.listen({ host: LOOPBACK_ADDRESS, port: 0 });
  for (const bucket of buckets) await app.inject({ method: "PUT", url: `/${bucket}`, headers: LOCAL });
  const contents = () =>
    Promise.all(
      buckets.map(async (bucket) => {
        const { payload } = await app.inject({ method: "GET", url: `/${bucket}?list-type=2&max-keys=1000`, headers: LOCAL });
        const count = payload.match(/<Key>/g)?.length ?? 0;
        return `${payload.includes("<IsTruncated>true") ? "more than " : ""}${count} objects in ${bucket}`;
      }),
    );
  return { url, server: app.server, contents, stop: () => app.close() };
}

/** What is used here of fauxqs's server; its own declarations of it need a module resolution that is not ours. */
interface S3App {
  readonly server: Server;
  addHook(name: "preHandler", hook: (request: S3Request, reply: S3Reply) => Promise<void>): void;
  inject(request: {
    method: string;
    url: string;
    headers: Readonly<Record<string, string>>;
  }): Promise<{ readonly statusCode: number; readonly payload: string }>;
  listen(options: { readonly host: string; readonly port: number }): Promise<string>;
  close(): Promise<void>;
}

interface S3Request {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

interface S3Reply {
  readonly raw: ServerResponse;
  code(status: number): S3Reply;
  type(contentType: string): S3Reply;
  send(body: string): Promise<void>;
}

const LOCAL = { host: LOOPBACK_ADDRESS };

function errorXml(code: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`;
}
