import { AutoScalingGroup } from "../aws/auto-scaling-group.ts";
import type { Clock } from "../clock.ts";
import type { Logger } from "../log.ts";
import type { Departure } from "./departure.ts";
import { Ec2Life } from "./ec2-life.ts";
import { InstanceMetadata } from "./instance-metadata.ts";
import { ec2Protector, ecsProtector, ScaleInProtection, type Protector } from "./scale-in-protection.ts";
import { regionOf, type WorkerConfiguration } from "./settings.ts";

export interface HostOptions {
  readonly settings: WorkerConfiguration;
  /** What the platform tells its processes. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly departure: Pick<Departure, "begin">;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What the worker runs on, and owes something: an EC2 instance or an ECS task. */
export interface Host {
  readonly protection: ScaleInProtection | undefined;
  /** The worker has gone. */
  leave(): Promise<void>;
}

/**
 * Finds out what the worker runs on. An ECS task is known by its agent's address. An EC2 instance is known by its metadata
 * service, which is asked unless `AWS_EC2_METADATA_DISABLED` is `true`; elsewhere nobody answers within two seconds, and
 * the worker works all the same in that time.
 */
export async function findHost(options: HostOptions): Promise<Host> {
  const { environment, log, settings } = options;
  const agentUri = environment["ECS_AGENT_URI"];
  if (agentUri !== undefined) return ecsHost(agentUri, options);
  if (environment["AWS_EC2_METADATA_DISABLED"]?.toLowerCase() === "true") return NO_HOST;
  const metadata = new InstanceMetadata(environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"]);
  const instanceId = await metadata.instanceId();
  if (instanceId !== undefined) return ec2Host(metadata, instanceId, options);
  const { LIFECYCLE_HOOK_NAME: hookName, SCALE_IN_PROTECTION: protects } = settings;
  if (hookName !== undefined || protects === "on")
    log.warn({ hookName, protects }, "no instance metadata: neither hook nor protection will be used");
  return NO_HOST;
}

/** Nothing that is owed anything. */
export const NO_HOST: Host = { protection: undefined, leave: () => Promise.resolve() };

function ecsHost(agentUri: string, options: HostOptions): Host {
  options.log.info({ agentUri }, "on ECS");
  if (options.settings.SCALE_IN_PROTECTION === "off") return NO_HOST;
  const protection = protectionBy(ecsProtector(agentUri), options);
  return { protection, leave: () => protection.end() };
}

function ec2Host(metadata: InstanceMetadata, instanceId: string, options: HostOptions): Host {
  const { clock, departure, log, settings } = options;
  const { AUTO_SCALING_GROUP_NAME: groupName, LIFECYCLE_HOOK_NAME: hookName } = settings;
  log.info({ instanceId, groupName, hookName }, "on EC2");
  const group =
    groupName === undefined
      ? undefined
      : new AutoScalingGroup({ name: groupName, region: regionOf(settings) ?? "", endpoint: settings.AWS_ENDPOINT_URL });
  const hook =
    group === undefined || hookName === undefined
      ? undefined
      : { group, name: hookName, heartbeatMs: settings.LIFECYCLE_HEARTBEAT_SEC * 1000 };
  const life = new Ec2Life({ metadata, departure, instanceId, pollMs: settings.METADATA_POLL_SEC * 1000, hook, clock, log });
  void life.watch();
  const protects = group !== undefined && settings.SCALE_IN_PROTECTION === "on";
  const protection = protects ? protectionBy(ec2Protector(group, instanceId), options) : undefined;
  return {
    protection,
    async leave() {
      await protection?.end();
      await life.end();
      group?.close();
    },
  };
}

function protectionBy(protector: Protector, { clock, log, settings }: HostOptions): ScaleInProtection {
  return new ScaleInProtection({ protector, idleMs: settings.SCALE_IN_PROTECTION_IDLE_SEC * 1000, clock, log });
}
