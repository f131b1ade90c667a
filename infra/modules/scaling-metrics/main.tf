locals {
  # Written once, for whoever publishes and for whoever follows: a policy that looks for other dimensions than the publisher
  # writes has no data, and never scales.
  names = jsondecode(file("${path.module}/../../../runtime/metrics/metric-names.json"))
  published_dimensions = {
    (local.names.dimensions[0]) = var.queue_name
    (local.names.dimensions[1]) = var.group.name
  }

  sqs_statistic = title(var.statistic)
  sqs           = { namespace = "AWS/SQS", dimensions = { QueueName = var.queue_name } }
  ec2           = { namespace = "AWS/AutoScaling", dimensions = { AutoScalingGroupName = var.group.name } }
  # Container Insights has to be on for these.
  ecs = { namespace = "ECS/ContainerInsights", dimensions = { ClusterName = coalesce(var.group.cluster_name, "-"), ServiceName = var.group.name } }

  in_service = (
    var.group.platform == "ec2"
    ? merge(local.ec2, { metric_name = "GroupInServiceInstances", stat = "Average" })
    : merge(local.ecs, { metric_name = "RunningTaskCount", stat = "Average" })
  )
}
