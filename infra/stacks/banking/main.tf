# Online banking: API Gateway → Lambda → SQS → EC2 workers → DynamoDB. The group follows the backlog per instance.

locals {
  name       = "${var.project_name}-${var.environment}"
  disposable = var.environment != "prod"
  group_name = "${local.name}-workers"
  # Somebody has to publish what the policy follows, and a scaler publishes nothing that it does not follow itself.
  watcher_role = module.settings.scaled_by == "scaler" ? "scaler" : "metrics"
  has_watcher  = module.settings.scaled_by == "scaler" || var.metric_source == "published"
}

module "settings" {
  source = "../../modules/settings"

  queue    = var.queue
  worker   = var.worker
  fleet    = var.fleet
  policies = var.policies
  metrics  = var.metrics
  given    = { queue = var.queue, worker = var.worker, fleet = var.fleet, metrics = var.metrics }
}

module "vpc" {
  source = "../../modules/vpc"

  name                = local.name
  zones               = max(2, module.settings.fleet.zones)
  egress              = var.egress
  interface_endpoints = var.interface_endpoints
  log_retention_days  = var.log_retention_days
}

module "registry" {
  source = "../../modules/registry"

  name         = local.name
  repositories = ["headroom"]
  disposable   = local.disposable
}

module "queue" {
  source = "../../modules/queue"

  name     = "${local.name}-transactions"
  settings = module.settings.queue
}

module "tables" {
  source = "../../modules/storage/tables"

  tables = {
    "${local.name}-transactions" = { hash_key = "transaction_id" }
    "${local.name}-idempotency"  = { hash_key = "idempotency_key", expires_attribute = "expires_at" }
    "${local.name}-accounts"     = { hash_key = "entry_id" }
    "${local.name}-dead-letters" = { hash_key = "message_id", expires_attribute = "expires_at" }
  }
  deletion_protection = !local.disposable
}

locals {
  table_arns = module.tables.arns
  # What API and workers both know.
  transaction_environment = {
    TRANSACTIONS_TABLE_NAME = "${local.name}-transactions"
    IDEMPOTENCY_TABLE_NAME  = "${local.name}-idempotency"
    # A key outlives its message, also one that has died and is redriven on its last day.
    IDEMPOTENCY_EXPIRY_HOURS = tostring(ceil((module.settings.queue.retention_sec * 2 + module.settings.queue.dead_letter_retention_sec) / 3600))
  }
  keep_items = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
}

module "scaling_metrics" {
  source = "../../modules/scaling-metrics"

  queue_name = module.queue.name
  group      = { platform = "ec2", name = local.group_name }
  statistic  = module.settings.metrics.statistic
}

module "fleet" {
  source = "../../modules/fleet-ec2"

  name                       = local.group_name
  vpc_id                     = module.vpc.id
  subnet_ids                 = slice(module.vpc.private_subnet_ids, 0, module.settings.fleet.zones)
  fleet                      = module.settings.fleet
  policies                   = module.settings.policies
  period_sec                 = module.settings.metrics.period_sec
  metric_source              = var.metric_source
  scaling_metrics            = module.scaling_metrics
  drain_limit_sec            = module.settings.drain_limit_sec
  terminate_hook_timeout_sec = module.settings.terminate_hook_timeout_sec
  queue                      = { name = module.queue.name, url = module.queue.url, arn = module.queue.arn }
  environment                = merge(module.settings.worker_environment, local.transaction_environment, { ACCOUNTS_TABLE_NAME = "${local.name}-accounts", HANDLER = var.handler, LOG_LEVEL = var.log_level })
  artifact                   = { bucket = module.registry.bundle_bucket, key = var.worker_bundle.key, sha256 = var.worker_bundle.sha256 }
  processes                  = var.worker_processes
  additional_instance_types  = var.additional_instance_types
  health_load_balancer       = { subnet_ids = module.vpc.private_subnet_ids, cidr = module.vpc.cidr }
  log_retention_days         = var.log_retention_days

  metrics_reader = one([for watcher in module.watcher : { security_group_id = watcher.security_group_id }])

  statements = [{
    sid       = "BookTransactions"
    actions   = local.keep_items
    resources = [for table in ["transactions", "idempotency", "accounts"] : local.table_arns["${local.name}-${table}"]]
  }]
}

module "cluster" {
  count  = local.has_watcher ? 1 : 0
  source = "../../modules/fargate-cluster"

  name = local.name
}

module "watcher" {
  count  = local.has_watcher ? 1 : 0
  source = "../../modules/scaler"

  name               = "${local.name}-${local.watcher_role}"
  role               = local.watcher_role
  cluster_arn        = module.cluster[0].arn
  vpc                = { id = module.vpc.id, cidr = module.vpc.cidr, subnet_ids = module.vpc.private_subnet_ids }
  image              = { repository_arn = module.registry.repositories["headroom"].arn, uri = "${module.registry.repositories["headroom"].url}:${var.image_tag}" }
  queue              = { url = module.queue.url, arn = module.queue.arn }
  group_name         = local.group_name
  namespace          = module.scaling_metrics.namespace
  scenario           = var.scaler_scenario
  period_sec         = module.settings.metrics.period_sec
  log_retention_days = var.log_retention_days
}

module "api" {
  count  = var.functions_bundle == null ? 0 : 1
  source = "../../modules/ingest/api-gateway"

  name               = "${local.name}-api"
  routes             = ["POST /transactions", "GET /transactions/{transaction_id}", "GET /health", "GET /ready", "GET /metrics", "GET /openapi.json"]
  artifact           = merge(var.functions_bundle, { bucket = module.registry.bundle_bucket })
  environment        = merge(local.transaction_environment, { PIPELINE = "transactions", TRANSACTION_QUEUE_URL = module.queue.url, LOG_LEVEL = var.log_level })
  log_retention_days = var.log_retention_days

  statements = concat(module.queue.send_statements, module.queue.count_statements, [{
    sid       = "AcceptTransactions"
    actions   = local.keep_items
    resources = [for table in ["transactions", "idempotency"] : local.table_arns["${local.name}-${table}"]]
  }])
}

module "observability" {
  source = "../../modules/observability"

  name  = local.name
  queue = { name = module.queue.name, dead_letters_name = try(module.queue.dead_letters.name, null) }
  group = { platform = "ec2", name = local.group_name, minimum = module.settings.fleet.min }
  backlog = {
    sources              = module.scaling_metrics.sources
    backlog_per_instance = module.scaling_metrics.backlog_per_instance
    is_published         = var.metric_source == "published" && module.settings.scaled_by == "aws"
    target               = module.settings.backlog_target
  }
  thresholds   = var.alarm_thresholds
  alarm_emails = var.alarm_emails
  runbook_url  = var.runbook_url
}
