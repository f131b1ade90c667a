output "sources" {
  description = "The metrics that an expression may name, each with namespace, metric_name, dimensions and stat. Counts of SQS are sampled once a minute; AWS counts a group's instances once a minute."
  value = {
    visible   = merge(local.sqs, { metric_name = "ApproximateNumberOfMessagesVisible", stat = local.sqs_statistic })
    inFlight  = merge(local.sqs, { metric_name = "ApproximateNumberOfMessagesNotVisible", stat = local.sqs_statistic })
    delayed   = merge(local.sqs, { metric_name = "ApproximateNumberOfMessagesDelayed", stat = local.sqs_statistic })
    age       = merge(local.sqs, { metric_name = "ApproximateAgeOfOldestMessage", stat = "Maximum" })
    sent      = merge(local.sqs, { metric_name = "NumberOfMessagesSent", stat = "Sum" })
    deleted   = merge(local.sqs, { metric_name = "NumberOfMessagesDeleted", stat = "Sum" })
    inService = local.in_service
    running   = local.in_service
    desired = (
      var.group.platform == "ec2"
      ? merge(local.ec2, { metric_name = "GroupDesiredCapacity", stat = "Average" })
      : merge(local.ecs, { metric_name = "DesiredTaskCount", stat = "Average" })
    )
    busyShare = {
      namespace   = local.names.namespace
      dimensions  = local.published_dimensions
      metric_name = local.names.metrics.busyShare
      stat        = "Average"
    }
  }
}

output "backlog_per_instance" {
  description = "The metric that `headroom metrics` publishes, in place of visible / inService."
  value = {
    namespace   = local.names.namespace
    dimensions  = local.published_dimensions
    metric_name = local.names.metrics.backlogPerInstance
    stat        = "Average"
  }
}

output "namespace" {
  description = "CloudWatch namespace of what Headroom publishes."
  value       = local.names.namespace
}
