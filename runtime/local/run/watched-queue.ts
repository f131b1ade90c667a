import { Histogram } from "../../../sim/index.ts";
import type { AwsOperation, AwsRecord, AwsService } from "../service.ts";

/**
 * Watches what clients of the embedded SQS are answered: how long messages took from their send to their first receive
 * and to their delete. It changes nothing.
 */
export class WatchedQueue {
  readonly service: AwsService;
  readonly latencyMs = new Histogram();
  readonly waitMs = new Histogram();

  private readonly now: () => number;
  /** By receipt handle, of what is in flight. */
  private readonly sentAt = new Map<string, number>();

  /** @param now Milliseconds since 1970. */
  constructor(service: AwsService, now: () => number) {
    this.now = now;
    const operations: Record<string, AwsOperation> = { ...service.operations };
    this.after(operations, "ReceiveMessage", (_input, output) => this.received(output));
    this.after(operations, "DeleteMessage", (input) => this.deleted(input["ReceiptHandle"]));
    this.after(operations, "DeleteMessageBatch", (input, output) => {
      const done = new Set(recordsIn(output["Successful"]).map(({ Id }) => Id));
      for (const { Id, ReceiptHandle } of recordsIn(input["Entries"])) if (done.has(Id)) this.deleted(ReceiptHandle);
    });
    this.service = { ...service, operations };
  }

  private after(operations: Record<string, AwsOperation>, name: string, see: (input: AwsRecord, output: AwsRecord) => void): void {
    const operation = operations[name];
    if (operation === undefined) return;
    operations[name] = (input, call) => {
      const output = operation(input, call);
      if (!(output instanceof Promise)) {
        see(input, output);
        return output;
      }
      return output.then((answer) => {
        see(input, answer);
        return answer;
      });
    };
  }

  private received(output: AwsRecord): void {
    const now = this.now();
    for (const { ReceiptHandle, Attributes } of recordsIn(output["Messages"])) {
      const { SentTimestamp, ApproximateReceiveCount } = Object(Attributes) as AwsRecord;
      if (typeof ReceiptHandle !== "string" || SentTimestamp === undefined) continue;
      this.sentAt.set(ReceiptHandle, Number(SentTimestamp));
      if (Number(ApproximateReceiveCount) === 1) this.waitMs.record(Math.max(0, now - Number(SentTimestamp)));
    }
  }

  private deleted(handle: unknown): void {
    if (typeof handle !== "string") return;
    const sentAt = this.sentAt.get(handle);
    if (sentAt === undefined) return;
    this.sentAt.delete(handle);
    this.latencyMs.record(Math.max(0, this.now() - sentAt));
  }
}

function recordsIn(value: unknown): readonly AwsRecord[] {
  return Array.isArray(value) ? (value as readonly AwsRecord[]) : [];
}
