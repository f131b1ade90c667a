data "aws_region" "current" {}
data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

locals {
  group_arn = "arn:${data.aws_partition.current.partition}:autoscaling:${data.aws_region.current.region}:${data.aws_caller_identity.current.account_id}:autoScalingGroup:*:autoScalingGroupName/${var.group_name}"
  # EC2's names of instances in a private network.
  domain = data.aws_region.current.region == "us-east-1" ? "ec2.internal" : "${data.aws_region.current.region}.compute.internal"

  environment = {
    QUEUE_URL               = var.queue.url
    AUTO_SCALING_GROUP_NAME = var.group_name
    AWS_REGION              = data.aws_region.current.region
    WORKER_URL              = "http://{instance}.${local.domain}:9090"
  }

  role_environment = {
    scaler  = { SCENARIO = jsonencode(var.scenario), METRICS_PORT = "9091" }
    metrics = { PERIOD_SEC = tostring(var.period_sec) }
  }

  watches = [
    {
      sid       = "ReadQueue"
      actions   = ["sqs:GetQueueAttributes"]
      resources = [var.queue.arn]
    },
    {
      sid              = "DescribeGroup"
      actions          = ["autoscaling:DescribeAutoScalingGroups"]
      resources        = ["*"]
      why_any_resource = "AWS knows no resources for Describe actions of Auto Scaling."
    },
    {
      sid              = "ReadMetrics"
      actions          = ["cloudwatch:GetMetricData"]
      resources        = ["*"]
      why_any_resource = "AWS knows no resources for metrics."
    },
  ]
  publishes = [{
    sid              = "PublishMetrics"
    actions          = ["cloudwatch:PutMetricData"]
    resources        = ["*"]
    why_any_resource = "AWS knows no resources for metrics; the namespace is the limit."
    conditions       = [{ test = "StringEquals", variable = "cloudwatch:namespace", values = [var.namespace] }]
  }]
  scales = [
    {
      sid       = "MoveGroup"
      actions   = ["autoscaling:SetDesiredCapacity", "autoscaling:UpdateAutoScalingGroup", "autoscaling:CreateOrUpdateTags"]
      resources = [local.group_arn]
    },
    {
      sid              = "DescribeActivities"
      actions          = ["autoscaling:DescribeScalingActivities"]
      resources        = ["*"]
      why_any_resource = "As DescribeAutoScalingGroups: AWS knows no resources for it."
    },
  ]
}

module "service" {
  source = "../fargate-service"

  name        = var.name
  cluster_arn = var.cluster_arn
  vpc_id      = var.vpc.id
  subnet_ids  = var.vpc.subnet_ids
  image       = var.image
  # The publisher has no pages; it is the missing metric that tells.
  port = var.role == "scaler" ? { number = 9091 } : null
  # Two would be no harm, they agree on who acts; but one is enough, and is there again within a minute.
  singleton   = true
  environment = merge(local.environment, { for name, value in local.role_environment[var.role] : name => value })
  # The command reads its scenario from a file, and the file system is read-only: the shell hands it over as the input.
  entry_point = var.role == "scaler" ? ["sh", "-c"] : null
  command     = var.role == "scaler" ? ["exec node headroom.js scaler --scenario /dev/stdin <<END_OF_SCENARIO\n$SCENARIO\nEND_OF_SCENARIO\n"] : ["metrics"]

  egress = {
    "AWS"                  = { port = 443 }
    "Pages of the workers" = { port = 9090, cidr = var.vpc.cidr }
  }

  statements = concat(local.watches, [for statement in local.scales : statement if var.role == "scaler"], [for statement in local.publishes : statement if var.role == "metrics"])

  log_retention_days = var.log_retention_days
}
