import {
  AutoScalingClient,
  CompleteLifecycleActionCommand,
  RecordLifecycleActionHeartbeatCommand,
  SetInstanceProtectionCommand,
} from "@aws-sdk/client-auto-scaling";
import { clientSettings } from "./client-settings.ts";
import { awsFailure } from "./errors.ts";

/**
 * What an instance may say to its Auto Scaling group. Every call may throw `AwsFailure`, after the SDK has tried it three
 * times: nothing above has back-off rules for these, and none of them is repeated by chance.
 */
export class AutoScalingGroup {
  private readonly client: AutoScalingClient;
  private readonly name: string;

  constructor(options: { readonly name: string; readonly region: string; readonly endpoint: string | undefined }) {
    const { name, region, endpoint } = options;
    this.name = name;
    this.client = new AutoScalingClient(clientSettings({ region, endpoint, attempts: 3, requestTimeoutMs: ANSWER_MS }));
  }

  /** Restarts the time that a lifecycle hook gives to an instance. */
  async recordHookHeartbeat(instanceId: string, hookName: string): Promise<void> {
    const input = { AutoScalingGroupName: this.name, LifecycleHookName: hookName, InstanceId: instanceId };
    await this.call("RecordLifecycleActionHeartbeat", () => this.client.send(new RecordLifecycleActionHeartbeatCommand(input)));
  }

  /** Lets the group go on with an instance that waits in a lifecycle hook. */
  async completeHook(instanceId: string, hookName: string): Promise<void> {
    const input = {
      AutoScalingGroupName: this.name,
      LifecycleHookName: hookName,
      InstanceId: instanceId,
      LifecycleActionResult: "CONTINUE",
    };
    await this.call("CompleteLifecycleAction", () => this.client.send(new CompleteLifecycleActionCommand(input)));
  }

  /** Keeps an instance from being chosen by a scale-in, or no longer. */
  async protectFromScaleIn(instanceId: string, isProtected: boolean): Promise<void> {
    const input = { AutoScalingGroupName: this.name, InstanceIds: [instanceId], ProtectedFromScaleIn: isProtected };
    await this.call("SetInstanceProtection", () => this.client.send(new SetInstanceProtectionCommand(input)));
  }

  close(): void {
    this.client.destroy();
  }

  private async call(operation: string, send: () => Promise<unknown>): Promise<void> {
    try {
      await send();
    } catch (error) {
      throw awsFailure(operation, error);
    }
  }
}

const ANSWER_MS = 5000;
