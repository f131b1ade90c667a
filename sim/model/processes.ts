/**
 * Processes of a group that can be suspended and resumed.
 *
 * Of an EC2 group (as-suspend-resume-processes): launch, terminate, replace-unhealthy, az-rebalance, alarm-notification
 * (target tracking, step and simple scaling are not heard) and scheduled-actions. Of an ECS service's scalable target
 * (Application Auto Scaling User Guide, application-auto-scaling-suspend-resume-scaling): dynamic scaling in and out, and
 * scheduled scaling.
 */
export const PROCESSES = [
  "launch",
  "terminate",
  "replace-unhealthy",
  "az-rebalance",
  "alarm-notification",
  "scheduled-actions",
  "dynamic-scaling-in",
  "dynamic-scaling-out",
  "scheduled-scaling",
] as const;

export type Process = (typeof PROCESSES)[number];

/** The processes that a platform has; a Lambda function has none. */
export function processesOf(platform: "ec2" | "fargate" | "lambda"): ReadonlySet<Process> {
  if (platform === "lambda") return OF_FUNCTIONS;
  return platform === "ec2" ? OF_GROUPS : OF_SERVICES;
}

const OF_FUNCTIONS: ReadonlySet<Process> = new Set();
const OF_SERVICES: ReadonlySet<Process> = new Set<Process>(["dynamic-scaling-in", "dynamic-scaling-out", "scheduled-scaling"]);
const OF_GROUPS: ReadonlySet<Process> = new Set(PROCESSES.filter((process) => !OF_SERVICES.has(process)));
