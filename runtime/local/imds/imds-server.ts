import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { realClock, type WakeClock } from "../wake-clock.ts";
import { closeServer, listenOnLoopback, LOOPBACK_ADDRESS } from "../wire/listening.ts";
import { objectionToCaller } from "../wire/gatekeeper.ts";
import { documentsOf, listingOf, type Credentials } from "./documents.ts";
import type { InstanceDescription } from "./instance-description.ts";

/**
 * The metadata service of one instance, on a port of its own (EC2 User Guide, configuring-instance-metadata-service).
 *
 * Version 2 only: each request carries a token, which was put out for a stated time. AWS's SDKs and tools find it by
 * `AWS_EC2_METADATA_SERVICE_ENDPOINT`. Its credentials are good for the embedded AWS, which does not look at them.
 */
export class ImdsServer {
  private readonly instance: InstanceDescription;
  private readonly clock: WakeClock;
  private readonly server: Server;
  /** Until when each token is good. */
  private readonly tokens = new Map<string, number>();
  private credentials: Credentials;

  constructor(instance: InstanceDescription, clock: WakeClock = realClock()) {
    this.instance = instance;
    this.clock = clock;
    this.credentials = newCredentials(clock.now());
    this.server = createServer((request, response) => {
      request.resume();
      this.answer(request, response);
    });
  }

  /** Listens on 127.0.0.1, at any free port unless one is given. Returns what clients take as the endpoint. */
  async start(port = 0): Promise<string> {
    return `http://${LOOPBACK_ADDRESS}:${await listenOnLoopback(this.server, port)}`;
  }

  close(): Promise<void> {
    return closeServer(this.server);
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const objection = objectionToCaller(request.headers);
    if (objection !== undefined) {
      reply(response, 403, `${objection}\n`);
      return;
    }
    const path = (request.url ?? "").split("?")[0]?.replace(/\/{2,}/g, "/") ?? "";
    if (path === TOKEN_PATH) this.putOutToken(request, response);
    else if (request.method !== "GET" && request.method !== "HEAD") reply(response, 405, "");
    else if (!this.isGood(request.headers["x-aws-ec2-metadata-token"])) reply(response, 401, "");
    else this.show(path, response);
  }

  private putOutToken(request: IncomingMessage, response: ServerResponse): void {
    // A proxy that passes requests on must not be able to fetch a token for whoever stands behind it.
    if (request.headers["x-forwarded-for"] !== undefined) reply(response, 403, "");
    else if (request.method !== "PUT") reply(response, 405, "");
    else {
      const ttlSec = Number(request.headers["x-aws-ec2-metadata-token-ttl-seconds"]);
      if (!Number.isInteger(ttlSec) || ttlSec < 1 || ttlSec > MAX_TTL_SEC) {
        reply(response, 400, "");
        return;
      }
      const now = this.clock.now();
      for (const [token, until] of this.tokens) if (until <= now) this.tokens.delete(token);
      const token = randomBytes(40).toString("base64url");
      this.tokens.set(token, now + ttlSec * 1000);
      reply(response, 200, token, { "x-aws-ec2-metadata-token-ttl-seconds": String(ttlSec) });
    }
  }

  private isGood(token: string | string[] | undefined): boolean {
    return typeof token === "string" && (this.tokens.get(token) ?? 0) > this.clock.now();
  }

  private show(path: string, response: ServerResponse): void {
    const now = this.clock.now();
    if (this.credentials.expiresAt - now < RENEWAL_MS) this.credentials = newCredentials(now);
    const documents = documentsOf(this.instance, this.credentials, now);
    const asked = path.startsWith(ROOT) ? path.slice(ROOT.length) : path === "/latest" ? "" : undefined;
    const text = asked === undefined ? undefined : (documents.get(asked) ?? listingOf(documents, asked));
    if (text === undefined) reply(response, 404, "");
    else reply(response, 200, text);
  }
}

const ROOT = "/latest/";
const TOKEN_PATH = "/latest/api/token";
const MAX_TTL_SEC = 21_600;
const CREDENTIALS_MS = 6 * 3_600_000;
/** New credentials are there at least five minutes before the old ones expire (EC2 User Guide, iam-roles-for-amazon-ec2). */
const RENEWAL_MS = 300_000;

function newCredentials(now: number): Credentials {
  const text = (bytes: number) => randomBytes(bytes).toString("hex");
  return {
    accessKeyId: `ASIA${text(8).toUpperCase()}`,
    secretAccessKey: text(20),
    sessionToken: text(64),
    expiresAt: now + CREDENTIALS_MS,
  };
}

function reply(response: ServerResponse, status: number, text: string, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { "content-type": "text/plain", "content-length": Buffer.byteLength(text), ...headers }).end(text);
}
