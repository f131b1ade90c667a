import type { Bodies } from "./body.ts";
import type { LoadMessage, LoadTarget } from "./target.ts";

/** Sends to an HTTP API: one POST a message. An answer other than 2xx counts as an error by its status. */
export class ApiTarget implements LoadTarget {
  private readonly options: ApiTargetOptions;

  constructor(options: ApiTargetOptions) {
    this.options = options;
  }

  async send(message: LoadMessage, signal?: AbortSignal): Promise<string> {
    const { url, bodies, headers, post = fetch } = this.options;
    const limit = AbortSignal.timeout(ANSWER_MS);
    try {
      const response = await post(url, {
        method: "POST",
        headers: { "Content-Type": "application/json", ...headers },
        body: bodies(message),
        signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
      });
      // Read to its end, so that the connection can be used again and the time is that of the whole answer.
      await response.arrayBuffer();
      return response.ok ? "ok" : `HTTP ${response.status}`;
    } catch (error) {
      return codeOf(error);
    }
  }

  close(): void {
    // Connections are shared by the whole process and close by themselves.
  }
}

export interface ApiTargetOptions {
  readonly url: string;
  readonly bodies: Bodies;
  readonly headers: Readonly<Record<string, string>>;
  /** Instead of `fetch`. */
  readonly post?: (url: string, init: RequestInit) => Promise<Response>;
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = Object(error.cause) as { code?: unknown };
  return typeof code === "string" ? code : error.name;
}

const ANSWER_MS = 30_000;
