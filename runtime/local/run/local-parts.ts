import { RandomStream, type Scenario } from "../../../sim/index.ts";
import { fieldsOf } from "../autoscaling/errors.ts";
import { LocalAutoScaling } from "../autoscaling/local-autoscaling.ts";
import type { Machine } from "../autoscaling/machines.ts";
import type { ManagedGroup } from "../autoscaling/managed-group.ts";
import type { PolicyAnswer } from "../autoscaling/scaling-policies.ts";
import { LocalCloudWatch } from "../cloudwatch/local-cloudwatch.ts";
import { Faults, type FaultRule } from "../faults.ts";
import { LocalFleet } from "../fleet/local-fleet.ts";
import { startAwsHost, type AwsHost } from "../server.ts";
import type { AwsRecord } from "../service.ts";
import { LocalSns } from "../sns/local-sns.ts";
import { LocalSqs, type QueueReading } from "../sqs/local-sqs.ts";
import { lowShareOf } from "./aws-policies.ts";
import { LocalApi } from "./local-api.ts";
import type { LocalSystem } from "./local-system.ts";
import { operate } from "./operate.ts";
import { WatchedQueue } from "./watched-queue.ts";
import { workerEnvironment } from "./worker-environment.ts";

export interface LocalPartsOptions {
  readonly scenario: Scenario;
  readonly seed: number;
  /** When the run begins, milliseconds since 1970: what is counted and published, counts from then. */
  readonly originMs: number;
  readonly port: number;
  readonly workerScript: string;
  /** A pipeline to run in place of pretended work; undefined for none. */
  readonly system: SystemOptions | undefined;
  readonly logFolder: string | undefined;
  readonly answered: (answer: PolicyAnswer) => void;
  /** An instance has ended though nobody had told it to, or not well. */
  readonly failed: (what: string) => void;
}

/** A pipeline whose stores are there, and its API. */
export interface SystemOptions {
  readonly local: LocalSystem;
  readonly apiScript: string;
  /** Where the API listens; 0 for any free port. */
  readonly apiPort: number;
}

/** The embedded AWS and the fleet of a scenario, wired to each other. */
export interface LocalParts {
  readonly host: AwsHost;
  readonly sqs: LocalSqs;
  readonly cloudWatch: LocalCloudWatch;
  readonly autoScaling: LocalAutoScaling;
  readonly group: ManagedGroup;
  readonly fleet: LocalFleet;
  readonly watched: WatchedQueue;
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly queueName: string;
  readonly deadLetterName: string;
  /** Of the pipeline; undefined for pretended work. */
  readonly api: LocalApi | undefined;
  /** The queue, and where its dead letters go. */
  readings(): { readonly queue: QueueReading; readonly deadLetters: QueueReading };
  stop(): Promise<void>;
}

/** Starts them; the initial instances begin to start at once. */
export async function startLocalParts(options: LocalPartsOptions): Promise<LocalParts> {
  const { scenario, seed, originMs, system } = options;
  const endpoint = () => host.url;
  const sqs = new LocalSqs({ endpoint, inFlightQuota: scenario.queue.inFlightQuota });
  if (scenario.queue.type === "standard") sqs.setChances({ ...scenario.queue.chances, stream: new RandomStream(seed, "queue") });
  const sns = new LocalSns({ endpoint, delivery: (queueArn, message) => sqs.deliver(queueArn, message) });
  const watched = new WatchedQueue(sqs.service, () => Date.now());
  const cloudWatch: LocalCloudWatch = new LocalCloudWatch({
    originMs,
    ...timingOf(scenario, seed),
    queueFigures: () => sqs.readings(),
    groupFigures: () => autoScaling.figures(),
    scale: (policyArn, event) => autoScaling.alarmed(policyArn, event),
    notify: (TopicArn, { subject, message }) => void operate(sns.service, "Publish", { TopicArn, Subject: subject, Message: message }),
  });
  const environment = () => ({ ...environmentOf(scenario, queueUrl, host.url), ...systemSettings });
  const fleet: LocalFleet = makeFleet(options, environment, () => autoScaling);
  const autoScaling: LocalAutoScaling = new LocalAutoScaling({
    machines: fleet,
    metrics: cloudWatch,
    scenario,
    seed,
    originMs,
    ...lowShareOf(scenario.policy),
    answered: options.answered,
  });
  const host = await startAwsHost({
    services: [watched.service, sns.service, cloudWatch.service, autoScaling.service, ...(system?.local.services ?? [])],
    guests: system?.local.guests ?? [],
    port: options.port,
    faults: new Faults(seed, faultRules(scenario)),
  });
  const { queueUrl, queueArn, queueName, deadLetterName } = await makeQueues(scenario, sqs);
  const systemSettings = system === undefined ? {} : await settingsOf(system, { queueUrl, queueArn, sns });
  const group = makeGroup(scenario, autoScaling);
  const stop = async () => {
    autoScaling.stop();
    cloudWatch.stop();
    await api?.stop();
    await fleet.close();
    await host.close();
    sqs.stop();
  };
  let api: LocalApi | undefined;
  if (system !== undefined) {
    api = await startApi(system, { systemSettings, endpoint: host.url, options }).catch(async (error: unknown) => {
      await stop();
      throw error;
    });
  }
  const reading = (name: string) => sqs.readings().find((candidate) => candidate.queueName === name) as QueueReading;
  return {
    host,
    sqs,
    cloudWatch,
    autoScaling,
    group,
    fleet,
    watched,
    queueUrl,
    queueArn,
    queueName,
    deadLetterName,
    api,
    readings: () => ({ queue: reading(queueName), deadLetters: reading(deadLetterName) }),
    stop,
  };
}

function environmentOf(scenario: Scenario, queueUrl: string, endpoint: string): Record<string, string> {
  const hookName = scenario.fleet.terminateHook === null ? undefined : HOOK_NAME;
  return workerEnvironment(scenario, { queueUrl, endpoint, region: REGION, groupName: GROUP_NAME, hookName });
}

function makeFleet(
  { scenario, seed, workerScript, logFolder, failed }: LocalPartsOptions,
  environment: () => Record<string, string>,
  autoScaling: () => LocalAutoScaling,
): LocalFleet {
  return new LocalFleet({
    program: { script: workerScript },
    environment,
    gone: ({ groupName, instanceId }, how) => {
      if (how !== "exit code 0") failed(`${instanceId} ended: ${how}`);
      autoScaling().machineGone(groupName, instanceId);
    },
    ready: (machine) => {
      const complete = scenario.fleet.launchHook === null ? undefined : completeLaunch(autoScaling(), machine);
      complete?.catch((error: unknown) => failed(`the launch hook of ${machine.instanceId} was not completed: ${String(error)}`));
    },
    unhealthy: ({ groupName, instanceId }) => {
      failed(`${instanceId} is unhealthy`);
      autoScaling().machineUnhealthy(groupName, instanceId);
    },
    crashes: { perInstanceHour: scenario.faults.crashesPerInstanceHour, seed },
    ...(logFolder === undefined ? {} : { logFolder }),
  });
}

/** What the script of an instance does once its worker is ready; the first instances were in service before there was a hook. */
async function completeLaunch({ service }: LocalAutoScaling, { groupName, instanceId }: Machine): Promise<void> {
  const { AutoScalingInstances } = await operate(service, "DescribeAutoScalingInstances", { InstanceIds: [instanceId] });
  const [found] = AutoScalingInstances as readonly { readonly LifecycleState: string }[];
  if (found?.LifecycleState !== "Pending:Wait") return;
  const hook = { AutoScalingGroupName: groupName, LifecycleHookName: LAUNCH_HOOK_NAME };
  await operate(service, "CompleteLifecycleAction", { ...hook, InstanceId: instanceId, LifecycleActionResult: "CONTINUE" });
}

/** When metrics are to be seen and alarms are looked at. */
function timingOf({ metrics }: Scenario, seed: number) {
  const lagMs = metrics.lagSec * 1000;
  return {
    evaluatedAt: metrics.evaluationSecond / 60,
    putLagMs: lagMs,
    publication: {
      lagMs,
      irregularProbability: metrics.irregularProbability,
      sleepAfterMs: metrics.sleepAfterSec * 1000,
      wakeWithinMs: metrics.wakeWithinSec * 1000,
      seed,
    },
  };
}

/** The settings of a pipeline, its topic made and leading to the queue. */
async function settingsOf(
  { local }: SystemOptions,
  { queueUrl, queueArn, sns }: { readonly queueUrl: string; readonly queueArn: string; readonly sns: LocalSns },
): Promise<Record<string, string>> {
  const topic = local.pipeline.needs.find((need) => need.kind === "topic");
  let topicArn: string | undefined;
  if (topic !== undefined) {
    const { TopicArn } = await operate(sns.service, "CreateTopic", { Name: local.pipeline.name });
    const Attributes = { RawMessageDelivery: String(topic.isRaw) };
    await operate(sns.service, "Subscribe", { TopicArn, Protocol: "sqs", Endpoint: queueArn, Attributes });
    topicArn = String(TopicArn);
  }
  return { ...local.settings({ queueUrl, topicArn }), HANDLER: local.pipeline.name };
}

interface ApiSurroundings {
  readonly systemSettings: Readonly<Record<string, string>>;
  readonly endpoint: string;
  readonly options: LocalPartsOptions;
}

function startApi({ local, apiScript, apiPort }: SystemOptions, { systemSettings, endpoint, options }: ApiSurroundings): Promise<LocalApi> {
  const { sample, name } = local.pipeline;
  return LocalApi.start({
    script: apiScript,
    sample,
    token: local.token,
    logFolder: options.logFolder,
    failed: options.failed,
    environment: {
      ...systemSettings,
      PIPELINE: name,
      PORT: String(apiPort),
      AWS_REGION: REGION,
      AWS_ENDPOINT_URL: endpoint,
      // Nobody looks at them, but the SDK wants some.
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      AUTO_SCALING_GROUP_NAME: GROUP_NAME,
      // All requests of a run come from one address.
      RATE_LIMIT_PER_MIN: "0",
      STOP_DELAY_SEC: "0",
    },
  });
}

async function makeQueues(scenario: Scenario, sqs: LocalSqs) {
  const { queue } = scenario;
  const suffix = queue.type === "fifo" ? ".fifo" : "";
  const [queueName, deadLetterName] = [`${QUEUE_NAME}${suffix}`, `${QUEUE_NAME}-dead${suffix}`];
  const fifo = queue.type === "fifo" ? { FifoQueue: "true" } : {};
  const make = async (name: string, attributes: AwsRecord) => {
    const { QueueUrl } = await operate(sqs.service, "CreateQueue", { QueueName: name, Attributes: { ...fifo, ...attributes } });
    const answer = await operate(sqs.service, "GetQueueAttributes", { QueueUrl, AttributeNames: ["QueueArn"] });
    return { url: String(QueueUrl), arn: (answer["Attributes"] as { readonly QueueArn: string }).QueueArn };
  };
  const dead = await make(deadLetterName, { MessageRetentionPeriod: String(queue.deadLetterRetentionSec) });
  const redrive = { deadLetterTargetArn: dead.arn, maxReceiveCount: queue.maxReceiveCount };
  const { url, arn } = await make(queueName, {
    VisibilityTimeout: String(queue.visibilityTimeoutSec),
    MessageRetentionPeriod: String(queue.retentionSec),
    DelaySeconds: String(queue.delaySec),
    ...(queue.maxReceiveCount > 0 ? { RedrivePolicy: JSON.stringify(redrive) } : {}),
  });
  return { queueUrl: url, queueArn: arn, queueName, deadLetterName };
}

/** The group as it is at the start of a run: its initial instances are in service, and their processes begin to start. */
function makeGroup({ fleet }: Scenario, autoScaling: LocalAutoScaling): ManagedGroup {
  const group = autoScaling.makeGroup({
    name: GROUP_NAME,
    min: fleet.min,
    max: fleet.max,
    initial: fleet.initial ?? fleet.min,
    zoneNames: Array.from({ length: fleet.zones }, (_, zone) => `${REGION}${"abcdef"[zone] ?? ""}`),
    opaque: { LaunchTemplate: { LaunchTemplateName: "worker", Version: "1" } },
    defaultCooldownMs: USUAL_COOLDOWN_MS,
    defaultWarmUpMs: undefined,
    protectsNewInstances: fleet.protection === "all",
  });
  group.collectsMetrics = true;
  const { launchHook, terminateHook } = fleet;
  if (terminateHook !== null) {
    const { heartbeatTimeoutSec } = terminateHook;
    const transition = "autoscaling:EC2_INSTANCE_TERMINATING";
    group.hooks.put(fieldsOf({ LifecycleHookName: HOOK_NAME, LifecycleTransition: transition, HeartbeatTimeout: heartbeatTimeoutSec }));
  }
  if (launchHook !== null) {
    const { heartbeatTimeoutSec, defaultResult } = launchHook;
    const transition = "autoscaling:EC2_INSTANCE_LAUNCHING";
    const result = { HeartbeatTimeout: heartbeatTimeoutSec, DefaultResult: defaultResult.toUpperCase() };
    group.hooks.put(fieldsOf({ LifecycleHookName: LAUNCH_HOOK_NAME, LifecycleTransition: transition, ...result }));
  }
  return group;
}

function faultRules({ faults }: Scenario): readonly FaultRule[] {
  const { receiveErrorProbability, lostAnswerProbability } = faults;
  if (receiveErrorProbability + lostAnswerProbability === 0) return [];
  return [
    {
      service: "sqs",
      operation: "ReceiveMessage",
      failedProbability: receiveErrorProbability,
      // Of the receives that do not fail.
      lostAnswerProbability: (1 - receiveErrorProbability) * lostAnswerProbability,
    },
  ];
}

export const GROUP_NAME = "fleet";
const QUEUE_NAME = "jobs";
const HOOK_NAME = "drain";
const LAUNCH_HOOK_NAME = "ready";
const REGION = "us-east-1";
const USUAL_COOLDOWN_MS = 300_000;
