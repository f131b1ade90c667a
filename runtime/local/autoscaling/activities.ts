import type { InstanceRecord, RefusalRecord } from "../../../sim/index.ts";
import type { AwsRecord } from "../service.ts";
import type { LiveGroup } from "./live-group.ts";

/** The scaling activities of a group, newest first: its instances' launches and ends, read off their records. */
export function activitiesOf(group: LiveGroup): readonly AwsRecord[] {
  const { fleet } = group;
  const activities = fleet.records
    .flatMap((record) => [launchOf(record, group), endOf(record, group)])
    .filter((activity) => activity !== undefined);
  return activities.sort((a, b) => b.startedAt - a.startedAt).map(({ record }) => record);
}

interface Activity {
  readonly startedAt: number;
  readonly record: AwsRecord;
}

function launchOf(instance: InstanceRecord, group: LiveGroup): Activity | undefined {
  const { number, cause, stages, endCause } = instance;
  const decidedAt = stages[0]?.at ?? 0;
  if (cause === "initial") return undefined;
  const at = (stage: InstanceRecord["stages"][number]["stage"]) => stages.find((entry) => entry.stage === stage)?.at;
  const inServiceAt = at("in-service");
  const refusal = group.fleet.refusals.filter((candidate) => candidate.instance === number).at(-1);
  const status = launchStatus({ inServiceAt, endCause, isWaiting: stages.at(-1)?.stage === "waiting", refusal });
  const why = changeBefore(group, decidedAt, (change) => change.desired > change.before);
  const started =
    cause === "scale-out"
      ? "an instance was started in response to a difference between desired and actual capacity."
      : `an instance was launched in response to ${REPLACEMENTS[cause] ?? "an unhealthy instance needing to be replaced"}.`;
  const endedAt = inServiceAt ?? (status["StatusCode"] === "InProgress" ? undefined : (refusal?.at ?? stages.at(-1)?.at));
  return {
    startedAt: decidedAt,
    record: {
      ...common(group, number, "launch", decidedAt, endedAt),
      Description: `Launching a new EC2 instance${inServiceAt === undefined ? "" : `: ${group.idOf(number)}`}`,
      Cause: `${cause === "scale-out" ? why : ""}At ${iso(group, decidedAt)} ${started}`,
      ...status,
    },
  };
}

function launchStatus(about: {
  inServiceAt: number | undefined;
  endCause: InstanceRecord["endCause"];
  isWaiting: boolean;
  refusal: RefusalRecord | undefined;
}): AwsRecord {
  const { inServiceAt, endCause, isWaiting, refusal } = about;
  if (inServiceAt !== undefined) return { StatusCode: "Successful", Progress: 100 };
  if (isWaiting && refusal?.cause === "no-capacity") {
    return {
      StatusCode: "Failed",
      Progress: 100,
      StatusMessage: "We currently do not have sufficient capacity (InsufficientInstanceCapacity). Launching EC2 instance failed.",
    };
  }
  if (endCause === "hook-abandoned") {
    return { StatusCode: "Cancelled", Progress: 100, StatusMessage: "The lifecycle hook's action was abandoned or timed out." };
  }
  if (endCause !== undefined) return { StatusCode: "Cancelled", Progress: 100 };
  return { StatusCode: "InProgress", Progress: 30 };
}

function endOf({ number, endCause, stages }: InstanceRecord, group: LiveGroup): Activity | undefined {
  const hasRun = stages.some(({ stage }) => stage === "pending" || stage === "working");
  if (endCause === undefined || !hasRun) return undefined;
  const endedAt = stages.find(({ stage }) => stage === "terminated")?.at;
  const startedAt = stages.find(({ stage }) => stage === "terminating")?.at ?? endedAt ?? stages.at(-1)?.at ?? 0;
  const why = endCause === "scale-in" ? changeBefore(group, startedAt, (change) => change.desired < change.before) : "";
  return {
    startedAt,
    record: {
      ...common(group, number, "end", startedAt, endedAt),
      Description: `Terminating EC2 instance: ${group.idOf(number)}`,
      Cause: `${why}At ${iso(group, startedAt)} an instance was taken out of service in response to ${ENDS[endCause]}.`,
      ...(endedAt === undefined ? { StatusCode: "InProgress", Progress: 50 } : { StatusCode: "Successful", Progress: 100 }),
    },
  };
}

function common(group: LiveGroup, number: number, what: "launch" | "end", startedAt: number, endedAt: number | undefined): AwsRecord {
  return {
    ActivityId: group.idOf(number).replace("i-", `${what}-`),
    AutoScalingGroupName: group.name,
    AutoScalingGroupARN: group.arn,
    StartTime: new Date(startedAt + group.originMs),
    EndTime: endedAt === undefined ? undefined : new Date(endedAt + group.originMs),
    Details: "{}",
  };
}

/** The last such change up to then, in a sentence; nothing when there was none. */
function changeBefore(group: LiveGroup, at: number, isSuch: (change: LiveGroup["changes"][number]) => boolean): string {
  const change = group.changes.filter((candidate) => candidate.at <= at && isSuch(candidate)).at(-1);
  if (change === undefined) return "";
  const { before, desired, cause } = change;
  return `At ${iso(group, change.at)} ${cause}, changing the desired capacity from ${before} to ${desired}.  `;
}

function iso(group: LiveGroup, at: number): string {
  return `${new Date(at + group.originMs).toISOString().slice(0, 19)}Z`;
}

const REPLACEMENTS: Partial<Record<InstanceRecord["cause"], string>> = {
  "spot-rebalance": "a rebalance recommendation",
  "zone-rebalance": "an availability zone rebalance",
};

/** Those that a Lambda function's environments have do not befall a group's instances. */
const ENDS: Readonly<Record<NonNullable<InstanceRecord["endCause"]>, string>> = {
  idle: "nothing to do",
  "cut-off": "a timeout",
  "scale-in": "a difference between desired and actual capacity",
  failed: "an EC2 health check indicating it has been terminated or stopped",
  impaired: "a health check or a user request",
  "zone-outage": "an EC2 health check indicating it has been terminated or stopped",
  "spot-interruption": "an EC2 health check indicating it has been terminated or stopped by a Spot interruption",
  "spot-rebalance": "a rebalance recommendation",
  "zone-rebalance": "an availability zone rebalance",
  "hook-abandoned": "an abandoned lifecycle action",
  "called-off": "a difference between desired and actual capacity",
  "pool-shrunk": "a smaller warm pool",
  deployment: "an instance refresh",
};
