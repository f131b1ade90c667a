import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import type { SampleRequest } from "../../pipelines/pipeline.ts";
import { authorizationOf } from "./api-traffic.ts";
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

/** The API's log in the folder of logs. */
export const API_LOG = "api.log";

/** The API has ended, or has not become ready in time; its log says why. */
export class ApiNotReady extends Error {
  override readonly name = "ApiNotReady";

  constructor() {
    super("The API has not become ready");
  }
}

/** A pipeline's API as a process of its own, as a container would run it. */
export class LocalApi {
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
      logPath: options.logFolder === undefined ? undefined : join(options.logFolder, API_LOG),
      exited: (how) => {
        if (!this.isStopping) options.failed(`the API ended: ${how}`);
        this.isStopping = true;
        left();
      },
    });
  }

  /**
   * Starts it, and waits until it takes requests.
   *
   * @throws {ApiNotReady} When it ends, or does not become ready in time.
   * @throws The system's error (EADDRINUSE, …) when it cannot have its port.
   */
  static async start(options: LocalApiOptions): Promise<LocalApi> {
    await tryPort(Number(options.environment["PORT"] ?? 0));
    const api = new LocalApi(options);
    const deadline = performance.now() + START_MS;
    while (!(await api.process.answers("ready", ANSWER_MS))) {
      if (api.isStopping || performance.now() > deadline) {
        await api.stop();
        throw new ApiNotReady();
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
    const headers = { "Content-Type": "application/json", ...authorizationOf(sample, token) };
    const given = Object.entries(headers)
      .map(([name, value]) => `-H '${name}: ${value}'`)
      .join(" ");
    return `curl -s -X ${sample.method} ${this.url}${sample.path} ${given} -d '${JSON.stringify(sample.body).replaceAll("'", "'\\''")}'`;
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    this.process.turnOff(STOP_MS);
    await this.exited;
  }
}

/** Learns here, in words of the system's, what the API would only write into its log. */
async function tryPort(port: number): Promise<void> {
  if (port === 0) return;
  const server = createServer().listen(port, "127.0.0.1");
  await once(server, "listening");
  server.close();
  await once(server, "close");
}

const START_MS = 20_000;
const LOOK_EVERY_MS = 50;
const ANSWER_MS = 2000;
const STOP_MS = 5000;
