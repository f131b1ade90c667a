import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { clientSettings } from "./client-settings.ts";
import { failAs } from "./errors.ts";

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
   * Publishes a message. When an answer is lost it is published again: subscribers may get it twice.
   *
   * @throws {AwsFailure} When it was not taken, in three tries.
   */
  async publish(message: string): Promise<void> {
    await this.client.send(new PublishCommand({ TopicArn: this.arn, Message: message })).catch(failAs("Publish"));
  }

  close(): void {
    this.client.destroy();
  }
}

const ANSWER_MS = 3000;
