locals {
  is_ec2 = var.group.platform == "ec2"
  sqs    = { namespace = "AWS/SQS", dimensions = { QueueName = var.queue.name } }

  queue_alarms = {
    queue-depth = merge(local.sqs, {
      says      = "More than ${var.thresholds.queue_depth} messages wait"
      metric    = "ApproximateNumberOfMessagesVisible"
      statistic = "Maximum"
      above     = var.thresholds.queue_depth
      periods   = 3
    })
    old-messages = merge(local.sqs, {
      says      = "The oldest message is more than ${var.thresholds.oldest_message_sec} s old"
      metric    = "ApproximateAgeOfOldestMessage"
      statistic = "Maximum"
      above     = var.thresholds.oldest_message_sec
      periods   = 2
    })
    dead-letters = merge(local.sqs, {
      is_wanted  = var.queue.dead_letters_name != null
      dimensions = { QueueName = coalesce(var.queue.dead_letters_name, "-") }
      says       = "More than ${var.thresholds.dead_letters} messages have failed for good"
      metric     = "ApproximateNumberOfMessagesVisible"
      statistic  = "Maximum"
      above      = var.thresholds.dead_letters
      periods    = 1
    })
    empty-receives = merge(local.sqs, {
      is_wanted  = var.thresholds.empty_receives != null
      says       = "Workers ask an empty queue more often than they should"
      metric     = "NumberOfEmptyReceives"
      statistic  = "Sum"
      above      = var.thresholds.empty_receives
      period_sec = 300
      periods    = 3
    })
  }

  fleet_alarms = {
    fleet-below-minimum = {
      says       = "Fewer than ${var.group.minimum} instances are in service"
      namespace  = var.backlog.sources.inService.namespace
      dimensions = var.backlog.sources.inService.dimensions
      metric     = var.backlog.sources.inService.metric_name
      statistic  = "Minimum"
      below      = var.group.minimum
      periods    = 2
      is_wanted  = var.group.minimum > 0
      # A group without figures has no instances, or nobody counts them: both are news.
      missing = "breaching"
    }
    metric-missing = {
      says       = "The published metric has stopped: the policy that follows it does not scale any more"
      namespace  = var.backlog.backlog_per_instance.namespace
      dimensions = var.backlog.backlog_per_instance.dimensions
      metric     = var.backlog.backlog_per_instance.metric_name
      statistic  = "SampleCount"
      below      = 1
      periods    = 5
      is_wanted  = var.backlog.is_published
      missing    = "breaching"
    }
  }

  load_balancer_dimensions = var.load_balancer == null ? {} : { LoadBalancer = var.load_balancer.arn_suffix, TargetGroup = var.load_balancer.target_group_arn_suffix }
  load_balancer_alarms = { for name, alarm in {
    server-errors = { says = "The API fails", metric = "HTTPCode_Target_5XX_Count", statistic = "Sum", above = var.thresholds.server_errors, periods = 1 }
    client-errors = { says = "The API refuses many requests", metric = "HTTPCode_Target_4XX_Count", statistic = "Sum", above = var.thresholds.client_errors, periods = 1 }
    slow-answers  = { says = "The API answers slowly", metric = "TargetResponseTime", statistic = "Average", above = var.thresholds.latency_sec, periods = 2 }
    few-requests  = { says = "Hardly anybody calls the API", metric = "RequestCount", statistic = "Sum", below = var.thresholds.least_requests, periods = 3, missing = "breaching", is_wanted = var.thresholds.least_requests != null }
  } : name => merge({ namespace = "AWS/ApplicationELB", dimensions = local.load_balancer_dimensions, period_sec = 300 }, alarm) if var.load_balancer != null }

  service_alarms = merge([for service in(var.services == null ? [] : var.services.names) : { for name, alarm in {
    "busy-cpu-${service}"    = { says = "${service} uses more than ${var.thresholds.cpu_percent} % of its CPU", metric = "CPUUtilization", statistic = "Average", above = var.thresholds.cpu_percent, runbook = "busy-cpu" }
    "busy-memory-${service}" = { says = "${service} uses more than ${var.thresholds.memory_percent} % of its memory", metric = "MemoryUtilization", statistic = "Average", above = var.thresholds.memory_percent, runbook = "busy-memory" }
    "no-tasks-${service}"    = { says = "${service} runs no task", namespace = "ECS/ContainerInsights", metric = "RunningTaskCount", statistic = "Minimum", below = 1, missing = "breaching", runbook = "no-tasks", periods = 2, period_sec = 60 }
  } : name => merge({ namespace = "AWS/ECS", dimensions = { ClusterName = var.services.cluster_name, ServiceName = service }, periods = 2, period_sec = 300 }, alarm) }]...)

  alarms = { for name, alarm in merge(local.queue_alarms, local.fleet_alarms, local.load_balancer_alarms, local.service_alarms) : name => alarm if lookup(alarm, "is_wanted", true) }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = "${each.value.says}. What to do: ${var.runbook_url}#${lookup(each.value, "runbook", each.key)}"
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  period              = lookup(each.value, "period_sec", 60)
  evaluation_periods  = each.value.periods
  comparison_operator = lookup(each.value, "above", null) == null ? "LessThanThreshold" : "GreaterThanThreshold"
  threshold           = lookup(each.value, "above", null) == null ? each.value.below : each.value.above
  treat_missing_data  = lookup(each.value, "missing", "notBreaching")
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "backlog_per_instance" {
  count = var.backlog.target == null ? 0 : 1

  alarm_name          = "${var.name}-backlog-per-instance"
  alarm_description   = "The backlog per instance is more than ${var.thresholds.backlog_times_target} times its target: the fleet does not keep up. What to do: ${var.runbook_url}#backlog-per-instance"
  evaluation_periods  = 2
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.thresholds.backlog_times_target * var.backlog.target
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]

  dynamic "metric_query" {
    for_each = var.backlog.is_published ? { followed = var.backlog.backlog_per_instance } : { visible = var.backlog.sources.visible, inService = var.backlog.sources.inService }
    content {
      id          = metric_query.key
      return_data = var.backlog.is_published

      metric {
        namespace   = metric_query.value.namespace
        metric_name = metric_query.value.metric_name
        dimensions  = metric_query.value.dimensions
        stat        = metric_query.value.stat
        period      = 60
      }
    }
  }

  dynamic "metric_query" {
    for_each = var.backlog.is_published ? [] : ["visible / inService"]
    content {
      id          = "followed"
      expression  = metric_query.value
      label       = "Backlog per instance"
      return_data = true
    }
  }
}
