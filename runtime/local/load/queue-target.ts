import type { OutgoingMessage } from "../../aws/queue-sender.ts";
import { AwsFailure } from "../../aws/errors.ts";
import type { Cancel, Clock } from "../../clock.ts";
import type { Bodies } from "./body.ts";
import type { LoadMessage, LoadTarget } from "./target.ts";

/** A queue's sending side. */
export interface BatchSender {
  sendBatch(messages: readonly OutgoingMessage[]): Promise<readonly (AwsFailure | undefined)[]>;
  close(): void;
}

/**
 * Sends to a queue in batches of up to ten and 256 KiB. A message waits a few milliseconds at most for others to share its
 * call, and for a call to end when too many are under way.
 */
export class QueueTarget implements LoadTarget {
  private readonly options: QueueTargetOptions;
  private batch: Waiting[] = [];
  private batchBytes = 0;
  private readonly full: (readonly Waiting[])[] = [];
  private calls = 0;
  private cancelFlush: Cancel | undefined;

  constructor(options: QueueTargetOptions) {
    this.options = options;
  }

  send(message: LoadMessage): Promise<string> {
    const { bodies, isFifo, run, clock } = this.options;
    const body = bodies(message);
    const groupId = message.group === undefined ? (isFifo ? "0" : undefined) : String(message.group);
    const outgoing = { body, groupId, deduplicationId: isFifo ? `${run}-${message.number}` : undefined };
    const bytes = Buffer.byteLength(body);
    if (this.batch.length > 0 && this.batchBytes + bytes > LARGEST_CALL_BYTES) this.flush();
    return new Promise((resolve) => {
      this.batch.push({ outgoing, resolve });
      this.batchBytes += bytes;
      if (this.batch.length === LARGEST_BATCH) this.flush();
      else this.cancelFlush ??= clock.at(clock.now() + LINGER_MS, () => this.flush());
    });
  }

  close(): void {
    this.cancelFlush?.();
    this.options.sender.close();
  }

  private flush(): void {
    this.cancelFlush?.();
    this.cancelFlush = undefined;
    if (this.batch.length > 0) this.full.push(this.batch);
    this.batch = [];
    this.batchBytes = 0;
    this.pump();
  }

  private pump(): void {
    while (this.calls < MOST_CALLS) {
      const next = this.full.shift();
      if (next === undefined) return;
      this.calls += 1;
      void this.call(next).finally(() => {
        this.calls -= 1;
        this.pump();
      });
    }
  }

  private async call(batch: readonly Waiting[]): Promise<void> {
    try {
      const failures = await this.options.sender.sendBatch(batch.map(({ outgoing }) => outgoing));
      for (const [index, { resolve }] of batch.entries()) resolve(failures[index]?.code ?? "ok");
    } catch (error) {
      const code = error instanceof AwsFailure ? error.code : error instanceof Error ? error.name : String(error);
      for (const { resolve } of batch) resolve(code);
    }
  }
}

export interface QueueTargetOptions {
  readonly sender: BatchSender;
  readonly bodies: Bodies;
  readonly isFifo: boolean;
  /** Names this run, so that deduplication does not take it for an earlier one. */
  readonly run: string;
  readonly clock: Clock;
}

interface Waiting {
  readonly outgoing: OutgoingMessage;
  readonly resolve: (code: string) => void;
}

const LARGEST_BATCH = 10;
/** Well below SQS's limit for all messages of a call (SQS Developer Guide, quotas-messages). */
const LARGEST_CALL_BYTES = 240_000;
const LINGER_MS = 4;
/** More connections than this bring no further throughput. */
const MOST_CALLS = 32;
