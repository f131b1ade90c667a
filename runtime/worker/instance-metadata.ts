import { z } from "zod";

/**
 * What an EC2 instance can ask about itself, by IMDSv2
 * (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html): a token first, then
 * plain GETs with it. Nothing is cached but the token.
 */
export class InstanceMetadata {
  private readonly endpoint: string;
  private token: { readonly text: string; readonly until: number } | undefined;

  constructor(endpoint = DEFAULT_ENDPOINT) {
    this.endpoint = endpoint.replace(/\/$/, "");
  }

  /** The instance's id; undefined where nobody answers: not on EC2. */
  async instanceId(): Promise<string | undefined> {
    return this.read("instance-id").catch(() => undefined);
  }

  /** Where Auto Scaling wants the instance to be, such as `InService` or `Terminated`; undefined outside of a group. */
  targetLifecycleState(): Promise<string | undefined> {
    return this.read("autoscaling/target-lifecycle-state");
  }

  /** When Spot takes the instance back, milliseconds since 1970; undefined while it does not. */
  async spotInterruptionAt(): Promise<number | undefined> {
    const text = await this.read("spot/instance-action");
    return text === undefined ? undefined : Date.parse(spotAction.parse(JSON.parse(text)).time);
  }

  /** Whether Spot has said that this instance is at an elevated risk. */
  async isRebalanceRecommended(): Promise<boolean> {
    return (await this.read("events/recommendations/rebalance")) !== undefined;
  }

  private async read(path: string): Promise<string | undefined> {
    const headers = { "X-aws-ec2-metadata-token": await this.currentToken() };
    const response = await fetch(`${this.endpoint}/latest/meta-data/${path}`, { headers, signal: AbortSignal.timeout(ANSWER_MS) });
    const text = await response.text();
    if (response.status === 404) return undefined;
    if (!response.ok) throw new Error(`The instance metadata service answered ${response.status} to ${path}.`);
    return text;
  }

  private async currentToken(): Promise<string> {
    if (this.token !== undefined && Date.now() < this.token.until) return this.token.text;
    const response = await fetch(`${this.endpoint}/latest/api/token`, {
      method: "PUT",
      headers: { "X-aws-ec2-metadata-token-ttl-seconds": String(TOKEN_SEC) },
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`The instance metadata service answered ${response.status} to the request for a token.`);
    this.token = { text, until: Date.now() + (TOKEN_SEC / 2) * 1000 };
    return text;
  }
}

const spotAction = z.object({ time: z.iso.datetime() });

const DEFAULT_ENDPOINT = "http://169.254.169.254";
const ANSWER_MS = 2000;
const TOKEN_SEC = 21_600;
