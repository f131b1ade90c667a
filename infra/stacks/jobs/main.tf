# Jobs: CloudFront → load balancer → API → SQS → workers on Fargate → PostgreSQL.

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
  database_subnets    = true
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

  name     = "${local.name}-job-queue"
  settings = module.settings.queue
}

module "database" {
  source = "../../modules/storage/postgres"

  name          = local.name
  database_name = "jobs"
  vpc_id        = module.vpc.id
  subnet_ids    = module.vpc.database_subnet_ids
  callers       = merge({ "the worker" = module.fleet.security_group_id }, { for api in module.api : "the api" => api.security_group_id })
  multi_az      = !local.disposable
  disposable    = local.disposable
}

locals {
  # User and password are handed over when a task starts; the secret is where a changed one is read from.
  database_environment = { DATABASE_HOST = module.database.endpoint.host, DATABASE_PORT = tostring(module.database.endpoint.port), DATABASE_NAME = module.database.endpoint.database, DATABASE_SECRET_ARN = module.database.secret_arn }
  egress               = { "AWS, and what the program calls" = { port = 443 }, "PostgreSQL" = { port = 5432, cidr = module.vpc.cidr } }
}

# Nobody is an administrator until somebody has set it: `aws ssm put-parameter --overwrite --type SecureString`. No header
# can hold what it is until then, because of the blank. Its value is no business of Terraform, whose state would tell it.
resource "aws_ssm_parameter" "admin_token" {
  name        = "/headroom/${local.name}/admin-token"
  description = "What administrators have to show who move the limits of the workers"
  type        = "SecureString"
  value       = "not set"

  lifecycle {
    ignore_changes = [value]
  }
}

module "scaling_metrics" {
  source = "../../modules/scaling-metrics"

  queue_name = module.queue.name
  group      = { platform = "fargate", name = "${local.name}-worker", cluster_name = module.cluster.name }
  statistic  = module.settings.metrics.statistic
}

module "fleet" {
  source = "../../modules/fleet-fargate"

  name               = "${local.name}-worker"
  cluster            = { name = module.cluster.name, arn = module.cluster.arn }
  vpc_id             = module.vpc.id
  subnet_ids         = slice(module.vpc.private_subnet_ids, 0, module.settings.fleet.zones)
  fleet              = module.settings.fleet
  policies           = module.settings.policies
  period_sec         = module.settings.metrics.period_sec
  scaling_metrics    = module.scaling_metrics
  drain_limit_sec    = module.settings.drain_limit_sec
  queue              = { name = module.queue.name, url = module.queue.url, arn = module.queue.arn }
  image              = local.image_of["worker"]
  environment        = merge(module.settings.worker_environment, { HANDLER = var.handler, LOG_LEVEL = var.log_level }, local.database_environment)
  secrets            = module.database.secrets
  statements         = module.database.read_secret_statements
  egress             = local.egress
  log_retention_days = var.log_retention_days
}

module "api" {
  count  = local.has_api ? 1 : 0
  source = "../../modules/ingest/service"

  name        = "${local.name}-api"
  cluster     = { name = module.cluster.name, arn = module.cluster.arn }
  vpc         = { id = module.vpc.id, cidr = module.vpc.cidr, public_subnet_ids = module.vpc.public_subnet_ids, private_subnet_ids = module.vpc.private_subnet_ids }
  image       = local.image_of["api"]
  port        = 8080
  pipeline    = "jobs"
  environment = merge({ LOG_LEVEL = var.log_level, QUEUE_URL = module.queue.url, ADMIN_TOKEN_PARAMETER = aws_ssm_parameter.admin_token.name, WORKER_SERVICE = "service/${module.cluster.name}/${local.name}-worker" }, local.database_environment)
  limits      = var.api_limits
  protected   = !local.disposable
  secrets     = module.database.secrets
  egress      = local.egress
  # CloudFront speaks HTTPS with the world, and is the only one who gets here.
  only_from_cloudfront = true

  statements = concat(module.queue.send_statements, module.queue.count_statements, module.database.read_secret_statements, [
    {
      sid       = "ReadToken"
      actions   = ["ssm:GetParameter"]
      resources = [aws_ssm_parameter.admin_token.arn]
    },
    {
      # POST /update-scaling: an administrator moves the limits of the workers.
      sid              = "MoveLimits"
      actions          = ["application-autoscaling:RegisterScalableTarget", "application-autoscaling:DescribeScalableTargets"]
      resources        = ["*"]
      why_any_resource = "The ARN of a scalable target is known only once it is there, and Describe knows no resources."
      conditions       = [{ test = "StringEqualsIfExists", variable = "application-autoscaling:service-namespace", values = ["ecs"] }]
    },
  ])
  log_retention_days = var.log_retention_days
}

module "frontend" {
  source = "../../modules/frontend"

  name       = local.name
  disposable = local.disposable
  api        = one([for api in module.api : { domain_name = api.dns_name, paths = ["/submit-job", "/jobs", "/jobs/*", "/update-scaling", "/health"] }])
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
