import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { clientSettings } from "./client-settings.ts";
import { currentTraceId } from "../trace.ts";
import { failAs } from "./errors.ts";
import { traceAttributes } from "./trace-attributes.ts";

/** One SNS topic, to publish to. */
export class Topic {
  private readonly client: SNSClient;
  private readonly arn: string;

  constructor(options: { readonly arn: string; readonly region: string; readonly endpoint: string | undefined }) {
    const { arn, region, endpoint } = options;
    this.arn = arn;
    this.client = new SNSClient(clientSettings({ region, endpoint, attempts: 3, requestTimeoutMs: ANSWER_MS }));
  }

  /**
   * Publishes a message, in the trace that the work under way belongs to. When an answer is lost it is published again: subscribers may get it twice.
   *
   * @throws {AwsFailure} When it was not taken, in three tries.
   */
  async publish(message: string): Promise<void> {
    const command = new PublishCommand({ TopicArn: this.arn, Message: message, MessageAttributes: traceAttributes(currentTraceId()) });
    await this.client.send(command).catch(failAs("Publish"));
  }

  close(): void {
    this.client.destroy();
  }
}

const ANSWER_MS = 3000;
