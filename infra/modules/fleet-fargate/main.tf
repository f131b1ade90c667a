data "aws_region" "current" {}
data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

locals {
  task_arns = "arn:${data.aws_partition.current.partition}:ecs:${data.aws_region.current.region}:${data.aws_caller_identity.current.account_id}:task/${var.cluster.name}/*"
}

module "service" {
  source = "../fargate-service"

  name             = var.name
  cluster_arn      = var.cluster.arn
  vpc_id           = var.vpc_id
  subnet_ids       = var.subnet_ids
  image            = var.image
  size             = { for name in ["vcpu", "memory_gb", "architecture", "storage_gb"] : name => var.fleet.task[name] }
  stop_timeout_sec = var.fleet.task.stop_timeout_sec
  initial_count    = var.fleet.min
  spot_percent     = var.fleet.spot == null ? 0 : floor(var.fleet.spot.share * 100 + 0.5)
  port             = { number = 9090 }
  callers          = { for reader in [var.metrics_reader] : "whoever reads figures" => reader.security_group_id if reader != null }
  egress           = var.egress
  secrets          = var.secrets

  environment = merge(var.environment, {
    QUEUE_URL    = var.queue.url
    AWS_REGION   = data.aws_region.current.region
    METRICS_PORT = "9090"
    METRICS_HOST = "0.0.0.0"
  })

  statements = concat(
    [{
      sid       = "WorkOnQueue"
      actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"]
      resources = [var.queue.arn]
    }],
    [for sid in ["ProtectWhileBusy"] : {
      sid       = sid
      actions   = ["ecs:GetTaskProtection", "ecs:UpdateTaskProtection"]
      resources = [local.task_arns]
    } if var.fleet.protection == "while-busy"],
    [for arn in compact([var.queue.kms_key_arn]) : {
      sid       = "DecryptMessages"
      actions   = ["kms:Decrypt"]
      resources = [arn]
    }],
    var.statements,
  )

  log_retention_days = var.log_retention_days
}
