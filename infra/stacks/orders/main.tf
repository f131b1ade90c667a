# Orders: load balancer → receiver → SNS → SQS → processors on Fargate.

locals {
  name       = "${var.project_name}-${var.environment}"
  disposable = var.environment != "prod"
  has_api    = contains(keys(var.images), "api")
  image_of   = { for program, tag in var.images : program => { repository_arn = module.registry.repositories[program].arn, uri = "${module.registry.repositories[program].url}:${tag}" } }
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
  repositories = ["worker", "api"]
  disposable   = local.disposable
}

module "cluster" {
  source = "../../modules/fargate-cluster"

  name = local.name
}

module "queue" {
  source = "../../modules/queue"

  name     = "${local.name}-order-processing"
  settings = module.settings.queue
  # Orders come in the envelope that SNS puts around them.
  fan_in = { raw_delivery = false }
}

module "scaling_metrics" {
  source = "../../modules/scaling-metrics"

  queue_name = module.queue.name
  group      = { platform = "fargate", name = "${local.name}-worker", cluster_name = module.cluster.name }
  statistic  = module.settings.metrics.statistic
}

module "fleet" {
  source = "../../modules/fleet-fargate"

  name            = "${local.name}-worker"
  cluster         = { name = module.cluster.name, arn = module.cluster.arn }
  vpc_id          = module.vpc.id
  subnet_ids      = slice(module.vpc.private_subnet_ids, 0, module.settings.fleet.zones)
  fleet           = module.settings.fleet
  policies        = module.settings.policies
  period_sec      = module.settings.metrics.period_sec
  scaling_metrics = module.scaling_metrics
  drain_limit_sec = module.settings.drain_limit_sec
  queue           = { name = module.queue.name, url = module.queue.url, arn = module.queue.arn }
  image           = local.image_of["worker"]
  environment = merge(
    module.settings.worker_environment,
    { HANDLER = var.handler, LOG_LEVEL = var.log_level },
    var.processor_concurrency == null ? {} : { SLOTS = tostring(var.processor_concurrency) },
  )
  log_retention_days = var.log_retention_days
}

module "api" {
  count  = local.has_api ? 1 : 0
  source = "../../modules/ingest/service"

  name            = "${local.name}-api"
  cluster         = { name = module.cluster.name, arn = module.cluster.arn }
  vpc             = { id = module.vpc.id, cidr = module.vpc.cidr, public_subnet_ids = module.vpc.public_subnet_ids, private_subnet_ids = module.vpc.private_subnet_ids }
  image           = local.image_of["api"]
  port            = 8080
  pipeline        = "orders"
  environment     = { LOG_LEVEL = var.log_level, TOPIC_ARN = module.queue.topic_arn, QUEUE_URL = module.queue.url }
  limits          = var.api_limits
  protected       = !local.disposable
  certificate_arn = var.certificate_arn

  statements = concat(module.queue.count_statements, [{
    sid       = "PublishOrders"
    actions   = ["sns:Publish"]
    resources = [module.queue.topic_arn]
  }])
  log_retention_days = var.log_retention_days
}

module "observability" {
  source = "../../modules/observability"

  name  = local.name
  queue = { name = module.queue.name, dead_letters_name = try(module.queue.dead_letters.name, null) }
  group = { platform = "fargate", name = module.fleet.name, cluster_name = module.cluster.name, minimum = module.settings.fleet.min }
  backlog = {
    sources              = module.scaling_metrics.sources
    backlog_per_instance = module.scaling_metrics.backlog_per_instance
    is_published         = false
    target               = module.settings.backlog_target
  }
  services      = { cluster_name = module.cluster.name, names = concat([module.fleet.name], module.api[*].name) }
  load_balancer = one(module.api[*].load_balancer)
  thresholds    = var.alarm_thresholds
  alarm_emails  = var.alarm_emails
  runbook_url   = var.runbook_url
}
