import type { Instance, Plan } from "../hcl/plan.ts";
import { Computed, isObject, type Value } from "../hcl/values.ts";

/** What we ask of everything that a stack makes; each rule names what breaks it. */
export interface Rule {
  readonly name: string;
  readonly faults: (plan: Plan) => readonly string[];
}

/** Instances of a type, for short. */
function all(plan: Plan, ...types: string[]): Instance[] {
  return plan.instances.filter(({ mode, type }) => mode === "managed" && types.includes(type));
}

function each(types: readonly string[], objection: (instance: Instance, plan: Plan) => string | undefined): Rule["faults"] {
  return (plan) =>
    all(plan, ...types).flatMap((instance) => {
      const problem = objection(instance, plan);
      return problem === undefined ? [] : [`${instance.address} ${problem}`];
    });
}

/** A value at a path of names; the first of a list of blocks on the way. */
export function at(value: Value | undefined, ...path: string[]): Value | undefined {
  let here: Value | undefined = value;
  for (const name of path) {
    if (Array.isArray(here)) here = (here as readonly Value[])[0];
    here = isObject(here) ? here[name] : undefined;
  }
  return here;
}

export function blocks(value: Value | undefined): Readonly<Record<string, Value>>[] {
  return Array.isArray(value) ? (value as readonly Value[]).filter(isObject) : [];
}

/** Addresses that a value refers to: `module.vpc.aws_subnet.private["a"]`. */
function refers(value: Value | undefined): string[] {
  return [...JSON.stringify(value instanceof Set ? [...(value as ReadonlySet<Value>)] : (value ?? null)).matchAll(/«([^»]*)»/g)].map(
    ([, path = ""]) => path.replaceAll('\\"', '"'),
  );
}

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Principal?: unknown;
}

/** The statements of a policy document, wherever it is attached. */
function statementsOf(instance: Instance): Statement[] {
  return ["policy", "assume_role_policy"].flatMap((name) => {
    const text = instance.values[name];
    if (typeof text !== "string" || !text.includes("Statement")) return [];
    return (JSON.parse(text) as { Statement: Statement[] }).Statement;
  });
}

function list(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === "string" ? [value] : value;
}

/** Actions for which AWS knows no resources, or none that is there before; each is explained where it is given. */
const ANY_RESOURCE: readonly string[] = [
  "application-autoscaling:DescribeScalableTargets",
  "application-autoscaling:RegisterScalableTarget",
  "autoscaling:DescribeAutoScalingGroups",
  "autoscaling:DescribeScalingActivities",
  "cloudwatch:GetMetricData",
  "cloudwatch:PutMetricData",
  "ecr:GetAuthorizationToken",
  "xray:PutTelemetryRecords",
  "xray:PutTraceSegments",
];

const COMPUTE = ["aws_autoscaling_group", "aws_ecs_service", "aws_db_subnet_group"];

function subnetsOf({ type, values }: Instance): Value | undefined {
  if (type === "aws_autoscaling_group") return values["vpc_zone_identifier"];
  return type === "aws_ecs_service" ? at(values["network_configuration"], "subnets") : values["subnet_ids"];
}

function isOurs(alarm: Instance): boolean {
  return !String(alarm.values["alarm_description"]).startsWith("Scaling:");
}

/** Dimensions of a policy's or an alarm's metrics in our own namespace. */
function followed(
  plan: Plan,
): { readonly address: string; readonly dimensions: Readonly<Record<string, Value>>; readonly metric: Value | undefined }[] {
  const found: ReturnType<typeof followed> = [];
  const visit = (address: string, value: Value): void => {
    if (value instanceof Computed) return;
    if (Array.isArray(value) || value instanceof Set) {
      for (const item of value as Iterable<Value>) visit(address, item);
    } else if (isObject(value)) {
      if (value["namespace"] === "Headroom") {
        const named = [...blocks(value["metric_dimension"]), ...blocks(value["dimensions"])].map(
          (one) => [String(one["name"]), one["value"] ?? null] as const,
        );
        const dimensions = isObject(value["dimensions"]) ? value["dimensions"] : Object.fromEntries(named);
        found.push({ address, dimensions, metric: value["metric_name"] });
      }
      for (const member of Object.values(value)) visit(address, member);
    }
  };
  for (const { address, values } of all(plan, "aws_autoscaling_policy", "aws_appautoscaling_policy", "aws_cloudwatch_metric_alarm"))
    visit(address, values);
  return found;
}

interface ContainerDefinition {
  readonly stopTimeout: number;
  readonly readonlyRootFilesystem: boolean;
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  readonly secrets: readonly { readonly name: string }[];
}

export function containersOf(instance: Instance): readonly ContainerDefinition[] {
  return JSON.parse(String(instance.values["container_definitions"])) as ContainerDefinition[];
}

/** The environment file that an instance of the group is given, read off its user data. */
export function environmentOf(plan: Plan): Readonly<Record<string, string>> {
  const [template] = all(plan, "aws_launch_template");
  const script = Buffer.from(String(template?.values["user_data"] ?? ""), "base64").toString();
  const file = /cat >\/etc\/headroom\/worker\.env <<'END_OF_FILE'\n([\s\S]*?)END_OF_FILE/.exec(script)?.[1] ?? "";
  return Object.fromEntries(
    [...file.matchAll(/^(\w+)="(.*)"$/gm)].map(([, name = "", value = ""]) => [
      name,
      value.replaceAll('\\"', '"').replaceAll("\\\\", "\\"),
    ]),
  );
}

export const RULES: readonly Rule[] = [
  {
    name: "workers, services and databases are in private subnets",
    faults: each(COMPUTE, (instance) => {
      const wrong = refers(subnetsOf(instance)).filter((path) => !/aws_subnet\.(private|database)\[/.test(path));
      const none = refers(subnetsOf(instance)).length === 0 ? "has no subnets that anybody made" : undefined;
      return wrong.length > 0 ? `is in ${wrong.join(", ")}` : none;
    }),
  },
  {
    name: "nothing has a public address of its own",
    faults: (plan) => [
      ...each(["aws_launch_template"], ({ values }) =>
        at(values["network_interfaces"], "associate_public_ip_address") === false ? undefined : "may give instances public addresses",
      )(plan),
      ...each(["aws_ecs_service"], ({ values }) =>
        at(values["network_configuration"], "assign_public_ip") === false ? undefined : "gives tasks public addresses",
      )(plan),
      ...each(["aws_db_instance"], ({ values }) => (values["publicly_accessible"] === false ? undefined : "can be reached from outside"))(
        plan,
      ),
      ...each(["aws_subnet"], ({ values }) => (values["map_public_ip_on_launch"] === false ? undefined : "gives out public addresses"))(
        plan,
      ),
    ],
  },
  {
    name: "only load balancers are open to the world",
    faults: each(["aws_vpc_security_group_ingress_rule"], ({ address, values }) =>
      values["cidr_ipv4"] === "0.0.0.0/0" && !address.includes("load_balancer") ? "lets everybody in" : undefined,
    ),
  },
  {
    name: "what is stored is encrypted",
    faults: (plan) => [
      ...each(["aws_sqs_queue"], ({ values }) =>
        values["sqs_managed_sse_enabled"] === true || values["kms_master_key_id"] != null ? undefined : "is not encrypted",
      )(plan),
      ...each(["aws_sns_topic"], ({ values }) => (values["kms_master_key_id"] == null ? "is not encrypted" : undefined))(plan),
      ...each(["aws_dynamodb_table"], ({ values }) =>
        at(values["server_side_encryption"], "enabled") === true ? undefined : "has no encryption of its own",
      )(plan),
      ...each(["aws_db_instance"], ({ values }) => (values["storage_encrypted"] === true ? undefined : "is not encrypted"))(plan),
      ...each(["aws_ecr_repository"], ({ values }) =>
        at(values["encryption_configuration"], "encryption_type") === "KMS" ? undefined : "is not encrypted",
      )(plan),
      ...each(["aws_launch_template"], ({ values }) =>
        blocks(values["block_device_mappings"]).length > 0 &&
        blocks(values["block_device_mappings"]).every(({ ebs }) => at(ebs, "encrypted") === true)
          ? undefined
          : "has volumes that are not encrypted",
      )(plan),
      ...each(["aws_ssm_parameter"], ({ values }) => (values["type"] === "SecureString" ? undefined : "is not encrypted"))(plan),
      ...bucketFaults(plan, "aws_s3_bucket_server_side_encryption_configuration", "is not encrypted"),
    ],
  },
  {
    name: "buckets are closed, and speak HTTPS only",
    faults: (plan) => [
      ...bucketFaults(plan, "aws_s3_bucket_public_access_block", "is not blocked for the public"),
      ...bucketFaults(plan, "aws_s3_bucket_policy", "takes plain HTTP"),
      ...each(["aws_s3_bucket_public_access_block"], ({ values }) =>
        ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"].every((name) => values[name] === true)
          ? undefined
          : "leaves a way open",
      )(plan),
    ],
  },
  {
    name: "queues, topics and buckets refuse plain HTTP",
    faults: each(["aws_sqs_queue_policy", "aws_sns_topic_policy", "aws_s3_bucket_policy"], (instance) =>
      String(instance.values["policy"]).includes('"aws:SecureTransport":"false"') ? undefined : "does not refuse plain HTTP",
    ),
  },
  {
    name: "keys are turned every year",
    faults: each(["aws_kms_key"], ({ values }) => (values["enable_key_rotation"] === true ? undefined : "is never turned")),
  },
  {
    name: "IMDSv2 is required",
    faults: each(["aws_launch_template"], ({ values }) =>
      at(values["metadata_options"], "http_tokens") === "required" ? undefined : "answers IMDSv1",
    ),
  },
  {
    name: "nothing is allowed by a wildcard",
    faults: (plan) =>
      plan.instances.flatMap((instance) =>
        statementsOf(instance)
          .filter(({ Effect }) => Effect === "Allow")
          .flatMap((statement) => {
            const actions = list(statement.Action);
            const wild = actions.filter((action) => action.includes("*"));
            const isKeyPolicy = instance.type === "aws_kms_key";
            const tooWide =
              list(statement.Resource).includes("*") && !isKeyPolicy ? actions.filter((action) => !ANY_RESOURCE.includes(action)) : [];
            const anybody = JSON.stringify(statement.Principal ?? null) === '"*"' ? ["anybody"] : [];
            return [
              ...wild.map((action) => `${instance.address} allows ${action}`),
              ...tooWide.map((action) => `${instance.address} allows ${action} on everything`),
              ...anybody.map(() => `${instance.address} allows it to anybody`),
            ];
          }),
      ),
  },
  {
    name: "alarms have actions, and ours say where to read on",
    faults: each(["aws_cloudwatch_metric_alarm"], (alarm) => {
      const actions = alarm.values["alarm_actions"];
      if (!Array.isArray(actions) || actions.length === 0) return "does nothing";
      if (!isOurs(alarm)) return undefined;
      const link = /https:\/\/\S+#([\w-]+)$/.exec(String(alarm.values["alarm_description"]));
      return link === null ? "does not link to the runbook" : undefined;
    }),
  },
  {
    name: "alarms may publish to their topic",
    faults: (plan) => {
      const topics = all(plan, "aws_cloudwatch_metric_alarm")
        .filter(isOurs)
        .flatMap(({ values }) => refers(values["alarm_actions"]));
      const used = new Set(topics.map((path) => path.replace(/\.arn$/, "")));
      return all(plan, "aws_sns_topic")
        .filter(({ address }) => used.has(address))
        .flatMap(({ address, values }) => {
          const key = refers(values["kms_master_key_id"])[0]?.replace(/\.arn$/, "");
          const policy = plan.instances.find((instance) => instance.address === key)?.values["policy"];
          const lets = typeof policy === "string" && policy.includes("cloudwatch.amazonaws.com");
          return lets ? [] : [`${address} is encrypted with a key that alarms may not use`];
        });
    },
  },
  {
    name: "a dead-letter queue keeps messages longer than its queue",
    faults: each(["aws_sqs_queue"], ({ values }, plan) => {
      if (values["redrive_policy"] == null) return undefined;
      const target = refers(values["redrive_policy"])[0]?.replace(/\.arn$/, "");
      const dead = plan.instances.find(({ address }) => address === target);
      const [here, there] = [Number(values["message_retention_seconds"]), Number(dead?.values["message_retention_seconds"])];
      return there > here ? undefined : `keeps messages ${String(here)} s, and its dead-letter queue ${String(there)} s`;
    }),
  },
  {
    name: "a worker is never cut short of its drain limit",
    faults: (plan) => [
      ...each(["aws_autoscaling_lifecycle_hook"], ({ values }) => {
        if (values["lifecycle_transition"] !== "autoscaling:EC2_INSTANCE_TERMINATING") return undefined;
        const drain = Number(environmentOf(plan)["DRAIN_LIMIT_SEC"]);
        const waits = Number(values["heartbeat_timeout"]);
        // A worker that asks for more time has a hundred times as much, and stops at two hours by itself.
        return waits >= drain || drain === Math.min(7200, waits * 100)
          ? undefined
          : `waits ${String(waits)} s, and the worker may need ${String(drain)} s`;
      })(plan),
      ...each(["aws_launch_template"], ({ values }) => {
        const script = Buffer.from(String(values["user_data"]), "base64").toString();
        const stop = Number(/^TimeoutStopSec=(\d+)$/m.exec(script)?.[1]);
        const drain = Number(environmentOf(plan)["DRAIN_LIMIT_SEC"]);
        return stop > drain ? undefined : `lets systemd kill the worker after ${String(stop)} s, and it may need ${String(drain)} s`;
      })(plan),
      ...each(["aws_ecs_task_definition"], (instance) => {
        const short = containersOf(instance).find(({ stopTimeout, environment }) => {
          const drain = environment.find(({ name }) => name === "DRAIN_LIMIT_SEC");
          return drain !== undefined && stopTimeout < Number(drain.value);
        });
        return short === undefined ? undefined : `kills the worker after ${String(short.stopTimeout)} s, before its drain limit`;
      })(plan),
    ],
  },
  {
    name: "whoever scales owns the desired number",
    faults: (plan) => [
      ...each(["aws_autoscaling_group"], ({ values, lifecycle }) =>
        values["desired_capacity"] == null && JSON.stringify(lifecycle).includes("desired_capacity")
          ? undefined
          : "sets its own desired capacity",
      )(plan),
      ...each(["aws_ecs_service"], ({ lifecycle }) =>
        JSON.stringify(lifecycle).includes("desired_count") ? undefined : "sets its own desired count",
      )(plan),
    ],
  },
  {
    name: "policies and alarms follow what the publisher writes",
    faults: (plan) => {
      const watchers = all(plan, "aws_ecs_task_definition").flatMap((instance) =>
        containersOf(instance).map(({ environment }) => new Map(environment.map(({ name, value }) => [name, value]))),
      );
      const publisher = watchers.find((environment) => environment.has("WORKER_URL"));
      return followed(plan).flatMap(({ address, dimensions, metric }) => {
        if (metric === "BusyShare" && publisher === undefined) return [];
        if (publisher === undefined) return [`${address} follows ${String(metric)}, which nobody publishes`];
        const group = publisher.get("AUTO_SCALING_GROUP_NAME");
        const queue = plan.instances.find((one) => one.type === "aws_sqs_queue" && publisher.get("QUEUE_URL") === `«${one.address}.url»`);
        const isSame =
          dimensions["AutoScalingGroupName"] === group &&
          dimensions["QueueName"] === queue?.values["name"] &&
          Object.keys(dimensions).length === 2;
        return isSame
          ? []
          : [
              `${address} follows ${JSON.stringify(dimensions)}, and the publisher writes for ${String(group)} and ${String(queue?.values["name"])}`,
            ];
      });
    },
  },
  {
    name: "a group that is counted has its metrics on",
    faults: each(["aws_autoscaling_group"], ({ values }) =>
      JSON.stringify(values["enabled_metrics"] ?? null).includes("GroupInServiceInstances")
        ? undefined
        : "does not publish GroupInServiceInstances",
    ),
  },
  {
    name: "log groups do not grow for ever",
    faults: each(["aws_cloudwatch_log_group"], ({ values }) => (Number(values["retention_in_days"]) > 0 ? undefined : "is kept for ever")),
  },
  {
    name: "containers cannot write to their images, and images do not change under their tags",
    faults: (plan) => [
      ...each(["aws_ecs_task_definition"], (instance) =>
        containersOf(instance).every((one) => one.readonlyRootFilesystem) ? undefined : "has a file system that can be written",
      )(plan),
      ...each(["aws_ecr_repository"], ({ values }) => (values["image_tag_mutability"] === "IMMUTABLE" ? undefined : "lets tags move"))(
        plan,
      ),
    ],
  },
  {
    name: "no secret stands where it can be read",
    faults: (plan) => [
      ...each(["aws_db_instance"], ({ values }) =>
        values["password"] == null && values["manage_master_user_password"] === true ? undefined : "has its password in the state",
      )(plan),
      ...each(["aws_ecs_task_definition"], (instance) => {
        const secret = containersOf(instance)
          .flatMap(({ environment }) => environment)
          .find(({ name }) => /PASSWORD|SECRET(?!_ARN$)|_KEY$/.test(name));
        return secret === undefined ? undefined : `shows ${secret.name}`;
      })(plan),
    ],
  },
  {
    name: "CloudFront reads its bucket by its own right, and sends security headers over HTTPS",
    faults: each(["aws_cloudfront_distribution"], ({ values }) => {
      if (blocks(values["origin"]).some((origin) => origin["origin_id"] === "site" && origin["origin_access_control_id"] == null))
        return "reads its bucket as anybody";
      if (at(values["default_cache_behavior"], "viewer_protocol_policy") !== "redirect-to-https") return "serves plain HTTP";
      return at(values["default_cache_behavior"], "response_headers_policy_id") == null ? "sends no security headers" : undefined;
    }),
  },
];

/** Every bucket needs one of these. */
function bucketFaults(plan: Plan, type: string, problem: string): string[] {
  const has = new Set(
    all(plan, type)
      .flatMap(({ values }) => refers(values["bucket"]))
      .map((path) => path.replace(/\.id$/, "")),
  );
  return all(plan, "aws_s3_bucket")
    .filter(({ address }) => !has.has(address))
    .map(({ address }) => `${address} ${problem}`);
}

/** What breaks the rules in a plan, with the rule in front. */
export function ruleFaults(plan: Plan): string[] {
  return RULES.flatMap(({ name, faults }) => faults(plan).map((fault) => `${name}: ${fault}`));
}
