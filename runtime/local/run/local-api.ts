import { join } from "node:path";
import type { SampleRequest } from "../../pipelines/pipeline.ts";
import { InstanceProcess } from "../fleet/instance-process.ts";

export interface LocalApiOptions {
  /** The bundled API. */
  readonly script: string;
  /** Its settings, the port among them. */
  readonly environment: Readonly<Record<string, string>>;
  readonly sample: SampleRequest;
  /** What callers have to show, if anything. */
  readonly token: string | undefined;
  readonly logFolder: string | undefined;
  /** It has ended though nobody had told it to. */
  readonly failed: (what: string) => void;
}

/** What came of the requests that were sent. */
export interface RequestCounts {
  accepted: number;
  /** By status code; 0 for no answer. */
  readonly refused: Map<number, number>;
}

/** A pipeline's API as a process of its own, as a container would run it, and the requests that are sent to it. */
export class LocalApi {
  readonly counts: RequestCounts = { accepted: 0, refused: new Map() };
  private readonly options: LocalApiOptions;
  private readonly process: InstanceProcess;
  private readonly exited: Promise<void>;
  private isStopping = false;

  private constructor(options: LocalApiOptions) {
    this.options = options;
    let left: () => void = () => undefined;
    this.exited = new Promise((resolve) => (left = resolve));
    this.process = new InstanceProcess({
      program: { script: options.script },
      environment: options.environment,
      logPath: options.logFolder === undefined ? undefined : join(options.logFolder, "api.log"),
      exited: (how) => {
        if (!this.isStopping) options.failed(`the API ended: ${how}`);
        this.isStopping = true;
        left();
      },
    });
  }

  /** Starts it, and waits until it takes requests. */
  static async start(options: LocalApiOptions): Promise<LocalApi> {
    const api = new LocalApi(options);
    const deadline = performance.now() + START_MS;
    while (!(await api.process.answers("ready", ANSWER_MS))) {
      if (api.isStopping || performance.now() > deadline) {
        await api.stop();
        throw new Error(`The API has not become ready; run it again with --logs to read why.`);
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
    return api;
  }

  get url(): string {
    return `http://127.0.0.1:${this.process.port ?? 0}`;
  }

  /** A line for a shell that sends the sample request. */
  get curl(): string {
    const { sample, token } = this.options;
    const headers = ["content-type: application/json", ...(sample.needsToken ? [`authorization: Bearer ${token ?? ""}`] : [])];
    const given = headers.map((header) => `-H '${header}'`).join(" ");
    return `curl -s -X ${sample.method} ${this.url}${sample.path} ${given} -d '${JSON.stringify(sample.body).replaceAll("'", "'\\''")}'`;
  }

  /** Sends the n-th request, from 1, and counts what comes of it. */
  async send(number: number): Promise<void> {
    const { sample, token } = this.options;
    const body = sample.nthBody === undefined ? sample.body : sample.nthBody(number);
    const authorization = sample.needsToken ? { authorization: `Bearer ${token ?? ""}` } : {};
    const status = await fetch(`${this.url}${sample.path}`, {
      method: sample.method,
      headers: { "content-type": "application/json", ...authorization },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(REQUEST_MS),
    }).then(
      async (response) => {
        await response.arrayBuffer();
        return response.status;
      },
      () => 0,
    );
    if (this.isStopping) return;
    if (status >= 200 && status < 300) this.counts.accepted += 1;
    else this.counts.refused.set(status, (this.counts.refused.get(status) ?? 0) + 1);
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    this.process.turnOff(STOP_MS);
    await this.exited;
  }
}

const START_MS = 20_000;
const LOOK_EVERY_MS = 50;
const ANSWER_MS = 2000;
const REQUEST_MS = 15_000;
const STOP_MS = 5000;
