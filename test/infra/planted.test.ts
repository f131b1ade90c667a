import { describe, expect, it } from "vitest";
import { referenceFaults } from "./check/reference-check.ts";
import { RULES, ruleFaults } from "./check/rules.ts";
import { schemaFaults } from "./check/schema-check.ts";
import { InfraFiles } from "./hcl/module-files.ts";
import type { Value } from "./hcl/values.ts";
import { planStack, SCHEMA, type Stack } from "./stacks.ts";

/** A mistake in one file, and what has to be said of it. */
interface Planted {
  readonly mistake: string;
  readonly stack: Stack;
  readonly file: string;
  readonly before: string;
  readonly after: string;
  /** In place of the stack's own. Default: none. */
  readonly variables?: Readonly<Record<string, Value>>;
  readonly caught: RegExp;
}

const STEP = {
  kind: "step",
  rules: [{ metric: "visible", metric_names: ["visible"], comparison: "above", threshold: 100, steps: [{ lower: 0, adjustment: 1 }] }],
};

const EC2 = "infra/modules/fleet-ec2";
const SERVICE = "infra/modules/fargate-service";
const QUEUE = "infra/modules/queue/main.tf";
const BUCKET = "infra/modules/storage/bucket/main.tf";

const PLANTED: readonly Planted[] = [
  // What the provider would refuse.
  {
    mistake: "an unknown argument",
    stack: "banking",
    file: QUEUE,
    before: "message_retention_seconds   = var.settings.retention_sec",
    after: "message_retention_second = var.settings.retention_sec",
    caught: /aws_sqs_queue\.main\.message_retention_second: there is no such argument/,
  },
  {
    mistake: "an unknown argument in a nested block",
    stack: "banking",
    file: `${EC2}/main.tf`,
    before: 'http_endpoint               = "enabled"',
    after: 'http_end = "enabled"',
    caught: /aws_launch_template\.this\.metadata_options\.http_end: there is no such argument/,
  },
  {
    mistake: "an unknown argument in a dynamic block",
    stack: "banking",
    file: `${EC2}/group.tf`,
    before: "min_size                    = warm_pool.value.min_size",
    after: "minimum = warm_pool.value.min_size",
    caught: /aws_autoscaling_group\.this\.warm_pool\.minimum: there is no such argument/,
  },
  {
    mistake: "a required argument left out",
    stack: "banking",
    file: `${EC2}/group.tf`,
    before: "max_size            = var.fleet.max",
    after: "",
    caught: /aws_autoscaling_group\.this misses max_size/,
  },
  {
    mistake: "a required block left out",
    stack: "jobs",
    file: "infra/modules/frontend/main.tf",
    before: 'restrictions {\n    geo_restriction {\n      restriction_type = "none"\n    }\n  }',
    after: "",
    caught: /aws_cloudfront_distribution\.this misses a block restrictions/,
  },
  {
    mistake: "an argument that AWS sets",
    stack: "banking",
    file: QUEUE,
    before: "delay_seconds               = var.settings.delay_sec",
    after: 'arn = "x"',
    caught: /aws_sqs_queue\.main\.arn is set by AWS/,
  },
  {
    mistake: "a text where a number belongs",
    stack: "banking",
    file: `${EC2}/health.tf`,
    before: "interval            = 15",
    after: 'interval = "soon"',
    caught: /aws_lb_target_group\.health\.health_check\.interval takes a number, and is given "soon"/,
  },
  {
    mistake: "a list where a text belongs",
    stack: "banking",
    file: QUEUE,
    before: "queue_url = aws_sqs_queue.main.id",
    after: "queue_url = [aws_sqs_queue.main.id]",
    caught: /aws_sqs_queue_policy\.main\.queue_url takes a string, and is given a list/,
  },
  {
    mistake: "a block that may be there once, twice",
    stack: "banking",
    file: `${EC2}/main.tf`,
    before: "  monitoring {\n    enabled = true\n  }",
    after: "  monitoring {\n    enabled = true\n  }\n  monitoring {\n    enabled = false\n  }",
    caught: /aws_launch_template\.this\.monitoring is there 2 times/,
  },
  // What is declared nowhere.
  {
    mistake: "a resource that is not there",
    stack: "banking",
    file: QUEUE,
    before: "sourceQueueArns   = [aws_sqs_queue.main.arn]",
    after: "sourceQueueArns = [aws_sqs_queue.source.arn]",
    caught: /aws_sqs_queue\.source\.arn is declared nowhere/,
  },
  {
    mistake: "a variable that is not there",
    stack: "banking",
    file: `${EC2}/main.tf`,
    before: "volume_size           = var.fleet.volume_gb",
    after: "volume_size = var.volume_gb",
    caught: /there is no variable volume_gb/,
  },
  {
    mistake: "an output that is not there",
    stack: "banking",
    file: "infra/stacks/banking/main.tf",
    before: "queue_name = module.queue.name",
    after: "queue_name = module.queue.queue_name",
    caught: /module queue has no output queue_name/,
  },
  {
    mistake: "an argument that a module does not have",
    stack: "banking",
    file: "infra/stacks/banking/main.tf",
    before: "  zones               = max(2, module.settings.fleet.zones)",
    after: "  zone_count = 2",
    caught: /infra\/modules\/vpc has no variable zone_count/,
  },
  // What our own rules refuse.
  {
    mistake: "workers in public subnets",
    stack: "banking",
    file: "infra/stacks/banking/main.tf",
    before: "slice(module.vpc.private_subnet_ids,",
    after: "slice(module.vpc.public_subnet_ids,",
    caught: /in private subnets: .*aws_autoscaling_group\.this is in .*aws_subnet\.public/,
  },
  {
    mistake: "tasks with public addresses",
    stack: "orders",
    file: `${SERVICE}/main.tf`,
    before: "assign_public_ip = false",
    after: "assign_public_ip = true",
    caught: /gives tasks public addresses/,
  },
  {
    mistake: "a security group open to the world",
    stack: "banking",
    file: `${EC2}/health.tf`,
    before: "cidr_ipv4         = var.health_load_balancer.cidr",
    after: 'cidr_ipv4 = "0.0.0.0/0"',
    caught: /lets everybody in/,
  },
  {
    mistake: "a queue without encryption",
    stack: "payments",
    file: QUEUE,
    before: "sqs_managed_sse_enabled     = var.kms_key_arn == null ? true : null",
    after: "",
    caught: /what is stored is encrypted: module\.queue\.aws_sqs_queue\.main is not encrypted/,
  },
  {
    mistake: "a volume without encryption",
    stack: "banking",
    file: `${EC2}/main.tf`,
    before: "encrypted             = true",
    after: "encrypted = false",
    caught: /has volumes that are not encrypted/,
  },
  {
    mistake: "a bucket without encryption",
    stack: "payments",
    file: BUCKET,
    before: 'resource "aws_s3_bucket_server_side_encryption_configuration" "this" {\n  bucket = aws_s3_bucket.this.id',
    after: 'resource "aws_s3_bucket_server_side_encryption_configuration" "this" {\n  bucket = "another"',
    caught: /what is stored is encrypted: module\.bucket\.aws_s3_bucket\.this is not encrypted/,
  },
  {
    mistake: "a table without encryption",
    stack: "banking",
    file: "infra/modules/storage/tables/main.tf",
    before: "server_side_encryption {\n    enabled = true",
    after: "server_side_encryption {\n    enabled = false",
    caught: /aws_dynamodb_table\.this\["banking-sqs-dev-accounts"\] has no encryption of its own/,
  },
  {
    mistake: "a topic without encryption",
    stack: "orders",
    file: QUEUE,
    before: 'kms_master_key_id = coalesce(var.kms_key_arn, "alias/aws/sns")',
    after: "",
    caught: /aws_sns_topic\.fan_in\[0\] is not encrypted/,
  },
  {
    mistake: "a token in plain text",
    stack: "emails",
    file: "infra/stacks/emails/main.tf",
    before: 'type        = "SecureString"',
    after: 'type = "String"',
    caught: /aws_ssm_parameter\.token is not encrypted/,
  },
  {
    mistake: "a key that is never turned",
    stack: "payments",
    file: BUCKET,
    before: "enable_key_rotation     = true",
    after: "enable_key_rotation = false",
    caught: /aws_kms_key\.this\[0\] is never turned/,
  },
  {
    mistake: "a queue that takes plain HTTP",
    stack: "jobs",
    file: QUEUE,
    before: '"aws:SecureTransport" = "false"',
    after: '"aws:SecureTransport" = "true"',
    caught: /aws_sqs_queue_policy\.main does not refuse plain HTTP/,
  },
  {
    mistake: "a database that can be reached from outside",
    stack: "jobs",
    file: "infra/modules/storage/postgres/main.tf",
    before: "publicly_accessible    = false",
    after: "publicly_accessible = true",
    caught: /aws_db_instance\.this can be reached from outside/,
  },
  {
    mistake: "a bucket without a block for the public",
    stack: "emails",
    file: BUCKET,
    before: "block_public_acls       = true",
    after: "block_public_acls = false",
    caught: /leaves a way open/,
  },
  {
    mistake: "a database without encryption",
    stack: "jobs",
    file: "infra/modules/storage/postgres/main.tf",
    before: "storage_encrypted     = true",
    after: "storage_encrypted = false",
    caught: /aws_db_instance\.this is not encrypted/,
  },
  {
    mistake: "a database whose password is in the state",
    stack: "jobs",
    file: "infra/modules/storage/postgres/main.tf",
    before: "manage_master_user_password = true",
    after: 'password = "secret"',
    caught: /has its password in the state/,
  },
  {
    mistake: "IMDSv1",
    stack: "banking",
    file: `${EC2}/main.tf`,
    before: 'http_tokens                 = "required"',
    after: 'http_tokens = "optional"',
    caught: /answers IMDSv1/,
  },
  {
    mistake: "a wildcard action in a role",
    stack: "banking",
    file: `${EC2}/role.tf`,
    before: '"sqs:GetQueueAttributes"]',
    after: '"sqs:*"]',
    caught: /Actions have to be named in full/,
  },
  {
    mistake: "a wildcard action in another policy",
    stack: "orders",
    file: QUEUE,
    before: 'Action    = "sqs:SendMessage"',
    after: 'Action    = "sqs:*"',
    caught: /allows sqs:\*/,
  },
  {
    mistake: "a role for everything",
    stack: "banking",
    file: `${EC2}/role.tf`,
    before:
      'actions   = ["s3:GetObject"]\n        resources = ["arn:${data.aws_partition.current.partition}:s3:::${var.artifact.bucket}/${var.artifact.key}"]',
    after: 'actions = ["s3:GetObject"]\n        resources = ["*"]\n        why_any_resource = "because"',
    caught: /allows s3:GetObject on everything/,
  },
  {
    mistake: "a role for everything that does not say why",
    stack: "banking",
    file: "infra/modules/scaler/main.tf",
    before: 'why_any_resource = "AWS knows no resources for Describe actions of Auto Scaling."',
    after: "",
    caught: /has to say why in why_any_resource/,
  },
  {
    mistake: "a queue that anybody may send to",
    stack: "orders",
    file: QUEUE,
    before: 'Principal = { Service = "sns.amazonaws.com" }',
    after: 'Principal = "*"',
    caught: /allows it to anybody/,
  },
  {
    mistake: "an alarm without an action",
    stack: "banking",
    file: "infra/modules/observability/alarms.tf",
    before: "alarm_actions       = [aws_sns_topic.alarms.arn]",
    after: "alarm_actions = []",
    caught: /aws_cloudwatch_metric_alarm\.this\["queue-depth"\] does nothing/,
  },
  {
    mistake: "alarms that may not use the key of their topic",
    stack: "banking",
    file: "infra/modules/observability/topic.tf",
    before: "kms_master_key_id = aws_kms_key.alarms.arn",
    after: 'kms_master_key_id = "alias/aws/sns"',
    caught: /a key that alarms may not use/,
  },
  {
    mistake: "a dead-letter queue that forgets sooner than its queue",
    stack: "payments",
    file: QUEUE,
    before: "message_retention_seconds = var.settings.dead_letter_retention_sec",
    after: "message_retention_seconds = 86400",
    caught: /keeps messages 345600 s, and its dead-letter queue 86400 s/,
  },
  {
    mistake: "a publisher that writes for another group than the policy follows",
    stack: "banking",
    file: "infra/stacks/banking/main.tf",
    before: "group_name         = local.group_name",
    after: 'group_name = "banking-transaction-processors"',
    caught: /and the publisher writes for banking-transaction-processors/,
  },
  {
    mistake: "a metric that nobody publishes",
    stack: "banking",
    file: "infra/stacks/banking/main.tf",
    before: 'has_watcher  = module.settings.scaled_by == "scaler" || var.metric_source == "published"',
    after: "has_watcher = false",
    caught: /which nobody publishes/,
  },
  {
    mistake: "a hook shorter than the drain limit",
    stack: "banking",
    file: "infra/modules/settings/main.tf",
    before: "var.worker.drain_limit_sec :\n    local.hook.sends_heartbeats",
    after: "var.worker.drain_limit_sec :\n    true ? 400 : local.hook.sends_heartbeats",
    caught: /The terminate hook waits 300 s, and the worker may need 400 s to drain/,
  },
  {
    mistake: "a hook shorter than the drain limit, past its validation",
    stack: "banking",
    file: `${EC2}/group.tf`,
    before: "heartbeat_timeout      = var.terminate_hook_timeout_sec",
    after: "heartbeat_timeout = 60",
    caught: /aws_autoscaling_lifecycle_hook\.terminate waits 60 s, and the worker may need 300 s/,
  },
  {
    mistake: "a task that is killed before its drain limit",
    stack: "jobs",
    file: `${SERVICE}/main.tf`,
    before: "stopTimeout            = var.stop_timeout_sec",
    after: "stopTimeout = 30",
    caught: /kills the worker after 30 s, before its drain limit/,
  },
  {
    mistake: "a service that systemd kills before its drain limit",
    stack: "banking",
    file: `${EC2}/main.tf`,
    before: "stop_timeout_sec = var.drain_limit_sec + 15",
    after: "stop_timeout_sec = 90",
    caught: /lets systemd kill the worker after 90 s/,
  },
  {
    mistake: "a group that sets its own desired capacity",
    stack: "banking",
    file: `${EC2}/group.tf`,
    before: "max_size            = var.fleet.max",
    after: "max_size = var.fleet.max\n  desired_capacity = 4",
    caught: /sets its own desired capacity/,
  },
  {
    mistake: "a log that is kept for ever",
    stack: "banking",
    file: `${EC2}/main.tf`,
    before: "retention_in_days = var.log_retention_days",
    after: "",
    caught: /aws_cloudwatch_log_group\.worker is kept for ever/,
  },
  {
    mistake: "a group whose instances nobody counts",
    stack: "banking",
    file: `${EC2}/group.tf`,
    before: '"GroupInServiceInstances", ',
    after: "",
    caught: /does not publish GroupInServiceInstances/,
  },
  {
    mistake: "a scaling alarm that scales nothing",
    stack: "banking",
    file: `${EC2}/policies.tf`,
    before: "alarm_actions       = [aws_autoscaling_policy.rule[each.key].arn]",
    after: "",
    variables: { policies: [STEP], metrics: { period_sec: 60 } },
    caught: /module\.fleet\.aws_cloudwatch_metric_alarm\.rule\["step-0-0"\] does nothing/,
  },
  {
    mistake: "an alarm that says nothing of the runbook",
    stack: "payments",
    file: "infra/modules/observability/alarms.tf",
    before: 'What to do: ${var.runbook_url}#${lookup(each.value, "runbook", each.key)}',
    after: "Good luck",
    caught: /does not link to the runbook/,
  },
  {
    mistake: "a container that can write to its image",
    stack: "payments",
    file: `${SERVICE}/main.tf`,
    before: "readonlyRootFilesystem = true",
    after: "readonlyRootFilesystem = false",
    caught: /has a file system that can be written/,
  },
  {
    mistake: "images that change under their tags",
    stack: "orders",
    file: "infra/modules/registry/main.tf",
    before: 'image_tag_mutability = "IMMUTABLE"',
    after: 'image_tag_mutability = "MUTABLE"',
    caught: /lets tags move/,
  },
  {
    mistake: "a site without security headers",
    stack: "jobs",
    file: "infra/modules/frontend/main.tf",
    before: "response_headers_policy_id = aws_cloudfront_response_headers_policy.this.id",
    after: "",
    caught: /sends no security headers/,
  },
];

/** Everything that `npm test` asks of a stack, said at once. */
async function allFaults(files: InfraFiles, stack: Stack, variables: Readonly<Record<string, Value>>): Promise<string[]> {
  const modules = await files.modulesFrom(`infra/stacks/${stack}`);
  const known = new Map(modules.map((module) => [module.folder, module]));
  const written = modules.flatMap((module) => [...schemaFaults(module, SCHEMA), ...referenceFaults(module, known, SCHEMA)]);
  if (written.length > 0) return written;
  const plan = await planStack(stack, variables, files);
  return [...plan.problems, ...ruleFaults(plan)];
}

describe("a mistake in infra is caught", () => {
  it.each(PLANTED)("$mistake", async ({ stack, file, before, after, variables = {}, caught }) => {
    const faults = await allFaults(new InfraFiles().with(file, before, after), stack, variables);
    expect(faults.join("\n")).toMatch(caught);
  });
});

it("each rule has a mistake that breaks it", async () => {
  const broken = await Promise.all(
    PLANTED.map(async ({ stack, file, before, after, variables = {} }) =>
      (await allFaults(new InfraFiles().with(file, before, after), stack, variables)).join("\n"),
    ),
  );
  expect(RULES.map(({ name }) => name).filter((name) => !broken.some((faults) => faults.includes(`${name}: `)))).toEqual([]);
});
