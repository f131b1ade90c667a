import { Gauge, type Registry } from "prom-client";
import { QueueDesk } from "../aws/queue-desk.ts";
import type { QueueDepth } from "../metrics/queue-depth.ts";
import type { Logger } from "../log.ts";

/** What the queue and its dead-letter queue hold, as SQS counts it: approximately. */
export interface QueueFigures extends QueueDepth {
  /** Visible messages of the dead-letter queue; undefined without one. */
  readonly dead: number | undefined;
}

export interface QueueFiguresOptions {
  readonly queueUrl: string;
  readonly aws: { readonly region: string; readonly endpoint: string | undefined };
  readonly registry: Registry;
  readonly epochMs: () => number;
  readonly log: Logger;
}

/** Reads a queue for `/metrics`; not more often than {@link FRESH_MS}, so that nobody can make it ask AWS by asking often. */
export class QueueFiguresReader {
  private readonly desk: QueueDesk;
  private readonly epochMs: () => number;
  private deadLetters: Promise<QueueDesk | undefined> | undefined;
  private latest: { readonly at: number; readonly figures: Promise<QueueFigures> } | undefined;

  constructor({ queueUrl, aws, registry, epochMs, log }: QueueFiguresOptions) {
    this.desk = new QueueDesk({ queueUrl, ...aws });
    this.epochMs = epochMs;
    const read = () => this.read();
    new Gauge({
      name: "headroom_api_queue_messages",
      help: "Messages in the queue, and dead ones, as SQS counts them.",
      labelNames: ["state"],
      // Processes of one machine all read the same queue.
      aggregator: "max",
      registers: [registry],
      async collect() {
        this.reset();
        try {
          const { dead, ...depth } = await read();
          for (const [state, count] of Object.entries({ ...depth, ...(dead === undefined ? {} : { dead }) })) this.set({ state }, count);
        } catch (error) {
          // Without the queue's figures the API's own are still worth telling.
          log.warn({ err: error }, "the queue cannot be read");
        }
      },
    });
  }

  /** @throws {AwsFailure} When the queue cannot be read. */
  read(): Promise<QueueFigures> {
    const now = this.epochMs();
    if (this.latest === undefined || now - this.latest.at >= FRESH_MS) this.latest = { at: now, figures: this.readAnew() };
    return this.latest.figures;
  }

  async close(): Promise<void> {
    this.desk.close();
    (await this.deadLetters?.catch(() => undefined))?.close();
  }

  private async readAnew(): Promise<QueueFigures> {
    this.deadLetters ??= this.findDeadLetters();
    const [depth, deadLetters] = await Promise.all([this.desk.depth(), this.deadLetters]).catch((error: unknown) => {
      this.deadLetters = undefined;
      throw error;
    });
    return { ...depth, dead: (await deadLetters?.depth())?.visible };
  }

  private async findDeadLetters(): Promise<QueueDesk | undefined> {
    const { deadLetterArn } = await this.desk.settings();
    return deadLetterArn === undefined ? undefined : this.desk.neighbour(deadLetterArn);
  }
}

const FRESH_MS = 5000;
