import { beforeAll, describe, expect, it } from "vitest";
import { pipelines } from "../../runtime/pipelines/index.ts";
import { CalledActions } from "./called-actions.ts";
import type { Value } from "./hcl/values.ts";
import { programsOf, type Program } from "./programs.ts";
import { planStack, stackOf } from "./stacks.ts";

const PIPELINES = "runtime/pipelines/";
const ENTRIES = {
  worker: "runtime/worker/main.ts",
  api: "runtime/ingest/main.ts",
  scaler: "runtime/scaler/start.ts",
  metrics: "runtime/metrics/start.ts",
  "dead-letters": `${PIPELINES}transactions/dead-letters-function.ts`,
} as const satisfies Readonly<Record<Program["name"], string>>;
/** The part of a pipeline that a program loads. */
const PARTS: Readonly<Partial<Record<Program["name"], string>>> = { worker: "handler.ts", api: "routes.ts" };

/** What is allowed besides what the code asks for by the SDK, and what for. */
function besides({ name, runsOn, environment, allowed }: Program): readonly string[] {
  return [
    // Lambda and the instances write their logs themselves; ECS does so with the role that starts a task.
    ...(runsOn === "fargate" ? [] : ["logs:CreateLogStream", "logs:PutLogEvents"]),
    ...(runsOn === "lambda" && name === "api" ? ["xray:PutTraceSegments", "xray:PutTelemetryRecords"] : []),
    // User data fetches the bundle.
    ...(runsOn === "ec2" ? ["s3:GetObject"] : []),
    // Lambda takes the messages that it hands to the function.
    ...(name === "dead-letters" ? ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"] : []),
    // The ECS agent asks with the role of the task.
    ...(runsOn === "fargate" && environment["SCALE_IN_PROTECTION"] === "on" ? ["ecs:GetTaskProtection", "ecs:UpdateTaskProtection"] : []),
    // S3 encrypts with a key of the stack's own.
    ...(allowed.some((action) => action.startsWith("kms:")) && environment["BUCKET"] !== undefined
      ? ["kms:GenerateDataKey", "kms:Decrypt"]
      : []),
  ];
}

/** What the code could ask for, and does not as it is set. */
function isAsked(action: string, { environment }: Program): boolean {
  if (!action.startsWith("autoscaling:")) return true;
  if (environment["AUTO_SCALING_GROUP_NAME"] === undefined) return false;
  return action !== "autoscaling:SetInstanceProtection" || environment["SCALE_IN_PROTECTION"] === "on";
}

describe("a role allows what its program asks for, and nothing else", () => {
  let called: CalledActions;
  beforeAll(() => {
    const parts = pipelines.flatMap(({ name }) => Object.values(PARTS).map((part) => `${PIPELINES}${name}/${part}`));
    called = new CalledActions([...Object.values(ENTRIES), ...parts]);
  }, 60_000);

  function askedBy(program: Program, pipeline: string): readonly string[] {
    const part = PARTS[program.name];
    // A program knows all pipelines, and loads one of them.
    const isOwn = (file: string) =>
      !file.startsWith(PIPELINES) || !file.slice(PIPELINES.length).includes("/") || file.endsWith("/pipeline.ts");
    const actions = [
      ...called.of(ENTRIES[program.name], part === undefined ? undefined : isOwn),
      ...(part === undefined ? [] : called.of(`${PIPELINES}${pipeline}/${part}`)),
    ];
    return [...new Set([...actions.filter((action) => isAsked(action, program)), ...besides(program)])].sort();
  }

  const cases = pipelines.flatMap(({ name }): { pipeline: string; how: string; variables: Readonly<Record<string, Value>> }[] => {
    const plain = { pipeline: name, how: "as it is", variables: {} };
    const scaled = {
      pipeline: name,
      how: "with the scaler",
      variables: { policies: [{ kind: "headroom" }], scaler_scenario: { version: 1 } },
    };
    return name === "transactions" ? [plain, scaled] : stackOf(name) === undefined ? [] : [plain];
  });

  it.each(cases)("$pipeline, $how", async ({ pipeline, variables }) => {
    for (const program of programsOf(await planStack(stackOf(pipeline)!, variables))) {
      expect({ [program.name]: program.allowed }).toEqual({ [program.name]: askedBy(program, pipeline) });
    }
  });

  it("and the code is read as it is", () => {
    const publisher = [
      "autoscaling:DescribeAutoScalingGroups",
      "cloudwatch:GetMetricData",
      "cloudwatch:PutMetricData",
      "sqs:GetQueueAttributes",
    ];
    expect([...called.of(ENTRIES.metrics)].sort()).toEqual(publisher);
    expect(called.of(ENTRIES["dead-letters"])).toEqual(new Set(["dynamodb:PutItem"]));
    expect(called.of(ENTRIES.worker)).toContain("sqs:ChangeMessageVisibility");
  });
});
