import { pino } from "pino";
import { Registry } from "prom-client";
import { createApi } from "../../runtime/ingest/api.ts";
import type { QueueFigures } from "../../runtime/ingest/queue-figures.ts";
import type { Api } from "../../runtime/pipelines/pipeline.ts";

export interface TestApiOptions {
  readonly mount?: (api: Api) => void;
  readonly bodyLimitBytes?: number;
  readonly ratePerMin?: number;
  readonly trustedProxies?: number;
  readonly page?: string;
  readonly readQueue?: () => Promise<QueueFigures>;
  readonly isStopping?: () => boolean;
}

/** An API without a server: requests go in by `request`. */
export class TestApi {
  /** What was logged, a line each. */
  readonly log: string[] = [];
  private readonly api: Api;

  constructor({
    mount = () => undefined,
    bodyLimitBytes = 65_536,
    ratePerMin = 0,
    trustedProxies = 0,
    page,
    readQueue,
    isStopping = () => false,
  }: TestApiOptions = {}) {
    const registry = new Registry();
    this.api = createApi({
      name: "test",
      summary: "An API to be tested",
      settings: { BODY_LIMIT_BYTES: bodyLimitBytes, RATE_LIMIT_PER_MIN: ratePerMin, TRUSTED_PROXIES: trustedProxies },
      routes: { mount },
      page,
      pages: { registry, isReady: () => !isStopping(), readQueue },
      registry,
      log: pino({ level: "debug" }, { write: (line: string) => void this.log.push(line) }),
      epochMs: () => Date.now(),
      isStopping,
      addressOf: () => "192.0.2.1",
    });
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return Promise.resolve(this.api.request(path, { headers }));
  }

  /** @param body A text is sent as it is, anything else as JSON. */
  post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const given = { "Content-Type": "application/json", "Content-Length": String(Buffer.byteLength(text)), ...headers };
    return Promise.resolve(this.api.request(path, { method: "POST", body: text, headers: given }));
  }
}

/** A problem document, as it was answered. */
export interface ToldProblem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly request_id: string;
  readonly faults?: readonly { readonly in: string; readonly path: string; readonly value?: unknown; readonly must: string }[];
}

export async function problemIn(response: Response): Promise<ToldProblem> {
  return (await response.json()) as ToldProblem;
}
