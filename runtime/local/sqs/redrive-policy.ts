import { invalidAttribute } from "./queue-attributes.ts";

export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

/**
 * Reads a queue's RedrivePolicy; undefined for none.
 *
 * @throws {AwsError} InvalidAttributeValue
 */
export function readRedrivePolicy(text: string | undefined): RedrivePolicy | undefined {
  if (text === undefined || text === "") return undefined;
  const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(text) as Record<string, unknown>;
  const count = typeof maxReceiveCount === "string" ? Number(maxReceiveCount) : maxReceiveCount;
  if (typeof deadLetterTargetArn !== "string" || deadLetterTargetArn === "") {
    throw invalidAttribute("RedrivePolicy", text, "The policy has no deadLetterTargetArn.");
  }
  if (typeof count !== "number" || !Number.isInteger(count) || count < 1 || count > MOST_RECEIVES) {
    throw invalidAttribute("RedrivePolicy", text, `The maxReceiveCount must be a whole number between 1 and ${MOST_RECEIVES}.`);
  }
  return { deadLetterTargetArn, maxReceiveCount: count };
}

/**
 * Whether a queue with this RedriveAllowPolicy takes dead letters from a source. Without a policy, it does.
 *
 * @throws {AwsError} InvalidAttributeValue
 */
export function allowsRedriveFrom(sourceArn: string, text: string | undefined): boolean {
  const { redrivePermission, sourceQueueArns } = readAllowPolicy(text);
  if (redrivePermission === "byQueue") return sourceQueueArns.includes(sourceArn);
  return redrivePermission === "allowAll";
}

/** @throws {AwsError} InvalidAttributeValue */
export function readAllowPolicy(text: string | undefined): AllowPolicy {
  if (text === undefined || text === "") return { redrivePermission: "allowAll", sourceQueueArns: [] };
  const { redrivePermission, sourceQueueArns = [] } = JSON.parse(text) as Record<string, unknown>;
  if (redrivePermission !== "allowAll" && redrivePermission !== "denyAll" && redrivePermission !== "byQueue") {
    throw invalidAttribute("RedriveAllowPolicy", text, "The redrivePermission must be allowAll, denyAll or byQueue.");
  }
  const isList = Array.isArray(sourceQueueArns) && sourceQueueArns.every((arn) => typeof arn === "string");
  if (!isList || sourceQueueArns.length > MOST_SOURCES) {
    throw invalidAttribute("RedriveAllowPolicy", text, `The sourceQueueArns must be a list of at most ${MOST_SOURCES} ARNs.`);
  }
  if ((redrivePermission === "byQueue") !== sourceQueueArns.length > 0) {
    throw invalidAttribute("RedriveAllowPolicy", text, "The sourceQueueArns are given with byQueue, and only then.");
  }
  return { redrivePermission, sourceQueueArns };
}

interface AllowPolicy {
  readonly redrivePermission: "allowAll" | "denyAll" | "byQueue";
  readonly sourceQueueArns: readonly string[];
}

const MOST_RECEIVES = 1000;
const MOST_SOURCES = 10;
