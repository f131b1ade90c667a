locals {
  keyed    = { for index, policy in var.policies : "${policy.kind}-${index}" => policy }
  tracking = { for key, policy in local.keyed : key => policy if policy.kind == "ecs-target-tracking" }
  rules = merge([for key, policy in local.keyed : {
    for index, rule in policy.rules : "${key}-${index}" => merge(rule, { cooldown_sec = policy.warm_up_sec })
  }]...)
  actions = merge([for key, policy in local.keyed : { for index, action in policy.actions : "${key}-${index}" => action }]...)

  published = { for key, watched in merge(local.tracking, local.rules) : key => watched.follows_backlog && var.metric_source == "published" }
  # A metric by itself needs no arithmetic, and CloudWatch wants none.
  plain = { for key, watched in merge(local.tracking, local.rules) : key => length(watched.metric_names) == 1 && trimspace(watched.metric) == watched.metric_names[0] }

  adjustment_types = { change = "ChangeInCapacity", exact = "ExactCapacity", percent = "PercentChangeInCapacity" }
  comparisons = {
    above       = "GreaterThanThreshold"
    at-or-above = "GreaterThanOrEqualToThreshold"
    below       = "LessThanThreshold"
    at-or-below = "LessThanOrEqualToThreshold"
  }
  missing_data = { missing = "missing", ignore = "ignore", breaching = "breaching", not-breaching = "notBreaching" }
}

resource "aws_appautoscaling_target" "this" {
  service_namespace  = "ecs"
  resource_id        = "service/${var.cluster.name}/${module.service.name}"
  scalable_dimension = "ecs:service:DesiredCount"
  min_capacity       = var.fleet.min
  max_capacity       = var.fleet.max
}

resource "aws_appautoscaling_policy" "tracking" {
  for_each = local.tracking

  name               = "${var.name}-${each.key}"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.this.service_namespace
  resource_id        = aws_appautoscaling_target.this.resource_id
  scalable_dimension = aws_appautoscaling_target.this.scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value       = each.value.target
    disable_scale_in   = each.value.disable_scale_in
    scale_out_cooldown = each.value.scale_out_cooldown_sec
    scale_in_cooldown  = each.value.scale_in_cooldown_sec

    customized_metric_specification {
      namespace   = local.published[each.key] ? var.scaling_metrics.backlog_per_instance.namespace : null
      metric_name = local.published[each.key] ? var.scaling_metrics.backlog_per_instance.metric_name : null
      statistic   = local.published[each.key] ? var.scaling_metrics.backlog_per_instance.stat : null

      dynamic "dimensions" {
        for_each = local.published[each.key] ? var.scaling_metrics.backlog_per_instance.dimensions : {}
        content {
          name  = dimensions.key
          value = dimensions.value
        }
      }

      dynamic "metrics" {
        for_each = local.published[each.key] ? [] : each.value.metric_names
        content {
          id          = metrics.value
          return_data = local.plain[each.key]

          metric_stat {
            stat = var.scaling_metrics.sources[metrics.value].stat

            metric {
              namespace   = var.scaling_metrics.sources[metrics.value].namespace
              metric_name = var.scaling_metrics.sources[metrics.value].metric_name

              dynamic "dimensions" {
                for_each = var.scaling_metrics.sources[metrics.value].dimensions
                content {
                  name  = dimensions.key
                  value = dimensions.value
                }
              }
            }
          }
        }
      }

      dynamic "metrics" {
        for_each = local.published[each.key] || local.plain[each.key] ? [] : [each.value.metric]
        content {
          id          = "followed"
          expression  = metrics.value
          return_data = true
        }
      }
    }
  }
}

resource "aws_appautoscaling_policy" "rule" {
  for_each = local.rules

  name               = "${var.name}-${each.key}"
  policy_type        = "StepScaling"
  service_namespace  = aws_appautoscaling_target.this.service_namespace
  resource_id        = aws_appautoscaling_target.this.resource_id
  scalable_dimension = aws_appautoscaling_target.this.scalable_dimension

  step_scaling_policy_configuration {
    adjustment_type          = local.adjustment_types[each.value.adjustment_type]
    min_adjustment_magnitude = each.value.adjustment_type == "percent" && each.value.min_magnitude > 0 ? each.value.min_magnitude : null
    metric_aggregation_type  = title(each.value.aggregation)
    cooldown                 = each.value.cooldown_sec

    dynamic "step_adjustment" {
      for_each = each.value.steps
      content {
        metric_interval_lower_bound = step_adjustment.value.lower == null ? null : tostring(step_adjustment.value.lower)
        metric_interval_upper_bound = step_adjustment.value.upper == null ? null : tostring(step_adjustment.value.upper)
        scaling_adjustment          = step_adjustment.value.adjustment
      }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "rule" {
  for_each = local.rules

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = "Scaling: ${each.value.metric} ${each.value.comparison} ${each.value.threshold}"
  comparison_operator = local.comparisons[each.value.comparison]
  threshold           = each.value.threshold
  datapoints_to_alarm = each.value.datapoints_to_alarm
  evaluation_periods  = each.value.evaluation_periods
  treat_missing_data  = local.missing_data[each.value.missing_data]
  alarm_actions       = [aws_appautoscaling_policy.rule[each.key].arn]

  dynamic "metric_query" {
    for_each = local.published[each.key] ? { backlogPerInstance = var.scaling_metrics.backlog_per_instance } : { for name in each.value.metric_names : name => var.scaling_metrics.sources[name] }
    content {
      id          = metric_query.key
      return_data = local.published[each.key] || local.plain[each.key]

      metric {
        namespace   = metric_query.value.namespace
        metric_name = metric_query.value.metric_name
        dimensions  = metric_query.value.dimensions
        stat        = metric_query.value.stat
        period      = var.period_sec
      }
    }
  }

  dynamic "metric_query" {
    for_each = local.published[each.key] || local.plain[each.key] ? [] : [each.value.metric]
    content {
      id          = "followed"
      expression  = metric_query.value
      label       = metric_query.value
      return_data = true
    }
  }
}

resource "aws_appautoscaling_scheduled_action" "this" {
  for_each = local.actions

  name               = "${var.name}-${each.key}"
  service_namespace  = aws_appautoscaling_target.this.service_namespace
  resource_id        = aws_appautoscaling_target.this.resource_id
  scalable_dimension = aws_appautoscaling_target.this.scalable_dimension
  schedule           = each.value.cron
  timezone           = each.value.zone

  scalable_target_action {
    min_capacity = each.value.min
    max_capacity = each.value.max
  }
}
