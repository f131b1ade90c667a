import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { InstanceHost } from "../../support/instance-host.ts";
import { Sqs } from "../../support/sqs.ts";
import { until } from "../../support/until.ts";
import { builtWorker, WorkerProcess } from "../../support/worker-process.ts";

let host: InstanceHost;
let sqs: Sqs;
let queueUrl: string;
let worker: WorkerProcess;

beforeAll(builtWorker);

beforeEach(async () => {
  host = await InstanceHost.start();
  sqs = await Sqs.start([host.autoScaling]);
  queueUrl = await sqs.queue("jobs", { VisibilityTimeout: "600" });
});

afterEach(async () => {
  await worker.end();
  await sqs.stop();
  await host.stop();
});

function startOnEc2(environment: Readonly<Record<string, string>> = {}): void {
  worker = new WorkerProcess({
    QUEUE_URL: queueUrl,
    AWS_ENDPOINT_URL: sqs.endpoint,
    AWS_EC2_METADATA_DISABLED: "false",
    AWS_EC2_METADATA_SERVICE_ENDPOINT: host.url,
    AUTO_SCALING_GROUP_NAME: "workers",
    METADATA_POLL_SEC: "0.1",
    ...environment,
  });
}

/** The worker is busy with one job of that length. */
async function busy(serviceTimeMs: number): Promise<void> {
  await sqs.send(queueUrl, [{ serviceTimeMs }]);
  await worker.figures(({ busySlots }) => busySlots === 1);
}

describe("a worker on an EC2 instance", () => {
  it("drains when its group terminates it, keeps the hook waiting meanwhile, and completes it at the end", async () => {
    startOnEc2({ LIFECYCLE_HOOK_NAME: "drain", LIFECYCLE_HEARTBEAT_SEC: "1" });
    await busy(2500);
    host.targetLifecycleState = "Terminated";
    await worker.says("draining");
    await until("the hook is told to wait on", () => host.tellings("RecordLifecycleActionHeartbeat").length >= 2);
    expect(host.tellings("CompleteLifecycleAction")).toEqual([]);
    expect(await worker.exited).toBe(0);
    expect(await worker.says("stopped")).toMatchObject({ figures: { deletes: { settled: 1 } } });
    const hook = { AutoScalingGroupName: "workers", LifecycleHookName: "drain", InstanceId: host.instanceId };
    expect(host.tellings("RecordLifecycleActionHeartbeat")[0]).toEqual(hook);
    expect(host.tellings("CompleteLifecycleAction")).toEqual([{ ...hook, LifecycleActionResult: "CONTINUE" }]);
    expect(host.told.at(-1)?.what).toBe("CompleteLifecycleAction");
  });

  it("leaves the hook alone when somebody else sends it away", async () => {
    startOnEc2({ LIFECYCLE_HOOK_NAME: "drain" });
    await worker.says("on EC2");
    worker.kill("SIGTERM");
    expect(await worker.exited).toBe(0);
    expect(host.told).toEqual([]);
  });

  it("gives its job back ten seconds before Spot takes the instance", async () => {
    startOnEc2();
    await busy(60_000);
    host.spotInterruptionAt = new Date(Date.now() + 11_500).toISOString().replace(/\.\d+Z$/, "Z");
    expect(await worker.says("draining")).toMatchObject({ reason: "Spot takes the instance back" });
    expect(await worker.exited).toBe(1);
    expect(await sqs.visible(queueUrl)).toHaveLength(1);
  });

  it("is protected from scale-ins while it is busy, if that is wanted", async () => {
    startOnEc2({ SCALE_IN_PROTECTION: "on", SCALE_IN_PROTECTION_IDLE_SEC: "1" });
    await busy(500);
    await until("it is protected no more", () => host.tellings("SetInstanceProtection").length === 2);
    expect(host.tellings("SetInstanceProtection")).toEqual([
      { AutoScalingGroupName: "workers", InstanceIds: [host.instanceId], ProtectedFromScaleIn: "true" },
      { AutoScalingGroupName: "workers", InstanceIds: [host.instanceId], ProtectedFromScaleIn: "false" },
    ]);
  });
});

describe("a worker in an ECS task", () => {
  it("has its task protected while it is busy, and when it goes no more", async () => {
    worker = new WorkerProcess({ QUEUE_URL: queueUrl, AWS_ENDPOINT_URL: sqs.endpoint, ECS_AGENT_URI: host.url });
    await busy(1500);
    await until("it is protected", () => host.told.length > 0);
    worker.kill("SIGTERM");
    expect(await worker.exited).toBe(0);
    expect(host.tellings("task protection")).toEqual([{ ProtectionEnabled: true, ExpiresInMinutes: 60 }, { ProtectionEnabled: false }]);
  });
});
