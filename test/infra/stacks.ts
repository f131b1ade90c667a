import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InfraFiles, ROOT } from "./hcl/module-files.ts";
import { planOf, type Plan } from "./hcl/plan.ts";
import type { Value } from "./hcl/values.ts";
import type { AwsSchema } from "./schema/aws-schema.ts";

export const SCHEMA = JSON.parse(readFileSync(join(import.meta.dirname, "schema/aws-schema.json"), "utf8")) as AwsSchema;

export const STACKS = ["banking", "jobs", "emails", "orders", "payments"] as const;
export type Stack = (typeof STACKS)[number];

/** The stack that deploys a pipeline; undefined when none does. */
export function stackOf(pipeline: string): Stack | undefined {
  return pipeline === "transactions" ? "banking" : STACKS.find((name) => name === pipeline);
}

/** What AWS would answer, for a region with three zones. */
const DATA = {
  aws_availability_zones: { names: ["eu-central-1a", "eu-central-1b", "eu-central-1c"] },
  aws_caller_identity: { account_id: "123456789012" },
  aws_region: { region: "eu-central-1" },
  aws_partition: { partition: "aws" },
};

const RUNBOOK = { runbook_url: "https://example.com/docs/runbook.md" };
const IMAGES = { images: { worker: "w-0123456789ab", api: "a-0123456789ab" } };

/** What the build script adds to the scenario's variables. */
const BUILT: Readonly<Record<Stack, Readonly<Record<string, Value>>>> = {
  banking: {
    ...RUNBOOK,
    image_tag: "h-0123456789ab",
    worker_bundle: { key: "worker/0123456789ab.tar.gz", sha256: "0123456789abcdef".repeat(4) },
    functions_bundle: { key: "functions/0123456789ab.zip", sha256_base64: "MDEyMzQ1Njc4OWFiY2RlZg==" },
  },
  jobs: { ...RUNBOOK, ...IMAGES },
  emails: { ...RUNBOOK, ...IMAGES },
  orders: { ...RUNBOOK, ...IMAGES },
  payments: { ...RUNBOOK, ...IMAGES },
};

/** Variables as `headroom export terraform` wrote them, and what the build script adds. */
export function variablesOf(stack: Stack): Record<string, Value> {
  const exported = readFileSync(join(ROOT, "infra/stacks", stack, "scenario.auto.tfvars.json"), "utf8");
  return { ...(JSON.parse(exported) as Record<string, Value>), ...BUILT[stack] };
}

/** What a stack would make, with these variables in place of its own. */
export function planStack(stack: Stack, variables: Readonly<Record<string, Value>> = {}, files = new InfraFiles()): Promise<Plan> {
  return planOf({ files, folder: `infra/stacks/${stack}`, variables: { ...variablesOf(stack), ...variables }, schema: SCHEMA, data: DATA });
}
