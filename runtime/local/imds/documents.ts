import type { InstanceDescription } from "./instance-description.ts";

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiresAt: number;
}

/**
 * What is to be read below `/latest/`, by path without it (EC2 User Guide, ec2-instance-metadata, "instance metadata
 * categories"). What an instance has not got is not there.
 */
export function documentsOf(instance: InstanceDescription, credentials: Credentials, now: number): ReadonlyMap<string, string> {
  const { roleName, spotAction, rebalanceRecommendedAt, targetLifecycleState } = instance;
  const documents = new Map([
    ["meta-data/ami-id", instance.imageId],
    ["meta-data/instance-id", instance.instanceId],
    ["meta-data/instance-life-cycle", instance.purchase],
    ["meta-data/instance-type", instance.instanceType],
    ["meta-data/local-ipv4", instance.privateIp],
    ["meta-data/placement/availability-zone", instance.availabilityZone],
    ["meta-data/placement/region", instance.region],
    ["meta-data/services/domain", "amazonaws.com"],
    ["meta-data/services/partition", "aws"],
    ["dynamic/instance-identity/document", identityOf(instance)],
  ]);
  if (targetLifecycleState !== undefined) documents.set("meta-data/autoscaling/target-lifecycle-state", targetLifecycleState);
  if (spotAction !== undefined) {
    const time = instantOf(spotAction.at);
    documents.set("meta-data/spot/instance-action", JSON.stringify({ action: spotAction.action, time }));
    if (spotAction.action === "terminate") documents.set("meta-data/spot/termination-time", time);
  }
  if (rebalanceRecommendedAt !== undefined) {
    documents.set("meta-data/events/recommendations/rebalance", JSON.stringify({ noticeTime: instantOf(rebalanceRecommendedAt) }));
  }
  if (roleName !== undefined) {
    documents.set("meta-data/iam/info", roleOf(instance, roleName, now));
    documents.set(`meta-data/iam/security-credentials/${roleName}`, credentialsOf(credentials, now));
  }
  return documents;
}

/** The names below a folder, one a line, folders with a slash; undefined when nothing is below it. */
export function listingOf(documents: ReadonlyMap<string, string>, folder: string): string | undefined {
  const prefix = folder === "" || folder.endsWith("/") ? folder : `${folder}/`;
  const names = new Set<string>();
  for (const path of documents.keys()) {
    if (!path.startsWith(prefix)) continue;
    const [name = "", ...below] = path.slice(prefix.length).split("/");
    names.add(below.length > 0 ? `${name}/` : name);
  }
  return names.size === 0 ? undefined : [...names].sort().join("\n");
}

function identityOf({
  accountId,
  availabilityZone,
  imageId,
  instanceId,
  instanceType,
  launchedAt,
  privateIp,
  region,
}: InstanceDescription): string {
  const document = {
    accountId,
    architecture: "x86_64",
    availabilityZone,
    imageId,
    instanceId,
    instanceType,
    pendingTime: instantOf(launchedAt),
    privateIp,
    region,
    version: "2017-09-30",
  };
  return JSON.stringify(document, undefined, 2);
}

function roleOf({ accountId }: InstanceDescription, roleName: string, now: number): string {
  const InstanceProfileArn = `arn:aws:iam::${accountId}:instance-profile/${roleName}`;
  return JSON.stringify({ Code: "Success", LastUpdated: instantOf(now), InstanceProfileArn, InstanceProfileId: "AIPALOCAL" });
}

function credentialsOf({ accessKeyId, secretAccessKey, sessionToken, expiresAt }: Credentials, now: number): string {
  return JSON.stringify({
    Code: "Success",
    LastUpdated: instantOf(now),
    Type: "AWS-HMAC",
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    Token: sessionToken,
    Expiration: instantOf(expiresAt),
  });
}

/** To the second, as the metadata service writes it. */
function instantOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
