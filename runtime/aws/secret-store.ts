import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { clientSettings } from "./client-settings.ts";
import { AwsFailure, failAs } from "./errors.ts";

/** Secrets Manager. Every call may throw `AwsFailure`, after the SDK has tried it three times. */
export class SecretStore {
  private readonly client: SecretsManagerClient;

  constructor({ region, endpoint }: { readonly region: string; readonly endpoint: string | undefined }) {
    this.client = new SecretsManagerClient(clientSettings({ region, endpoint, attempts: 3, requestTimeoutMs: ANSWER_MS }));
  }

  /** The text of a secret, in its current version. */
  async readSecret(arn: string): Promise<string> {
    const { SecretString: text } = await this.client.send(new GetSecretValueCommand({ SecretId: arn })).catch(failAs("GetSecretValue"));
    if (text !== undefined) return text;
    throw new AwsFailure({ operation: "GetSecretValue", kind: "invalid", code: "NoText", message: `${arn} holds no text` });
  }

  close(): void {
    this.client.destroy();
  }
}

const ANSWER_MS = 3000;
