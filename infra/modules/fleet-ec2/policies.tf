locals {
  keyed    = { for index, policy in var.policies : "${policy.kind}-${index}" => policy }
  tracking = { for key, policy in local.keyed : key => policy if policy.kind == "ec2-target-tracking" }
  # One policy with an alarm of its own for each rule.
  rules = merge([for key, policy in local.keyed : {
    for index, rule in policy.rules : "${key}-${index}" => merge(rule, { kind = policy.kind, warm_up_sec = policy.warm_up_sec, cooldown_sec = policy.cooldown_sec })
  }]...)
  actions = merge([for key, policy in local.keyed : { for index, action in policy.actions : "${key}-${index}" => action }]...)

  # Whoever follows the published metric follows it as it is; what AWS's own metrics do not have is published too.
  published    = { for key, watched in merge(local.tracking, local.rules) : key => watched.follows_backlog && var.metric_source == "published" }
  custom_names = ["busyShare"]
  period_fits  = { for key, watched in merge(local.tracking, local.rules) : key => var.period_sec == 60 || local.published[key] || alltrue([for name in watched.metric_names : contains(local.custom_names, name)]) }
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

resource "aws_autoscaling_policy" "tracking" {
  for_each = local.tracking

  name                      = "${var.name}-${each.key}"
  autoscaling_group_name    = aws_autoscaling_group.this.name
  policy_type               = "TargetTrackingScaling"
  estimated_instance_warmup = each.value.warm_up_sec

  target_tracking_configuration {
    target_value     = each.value.target
    disable_scale_in = each.value.disable_scale_in

    customized_metric_specification {
      namespace   = local.published[each.key] ? var.scaling_metrics.backlog_per_instance.namespace : null
      metric_name = local.published[each.key] ? var.scaling_metrics.backlog_per_instance.metric_name : null
      statistic   = local.published[each.key] ? var.scaling_metrics.backlog_per_instance.stat : null
      period      = local.published[each.key] ? var.period_sec : null

      dynamic "metric_dimension" {
        for_each = local.published[each.key] ? var.scaling_metrics.backlog_per_instance.dimensions : {}
        content {
          name  = metric_dimension.key
          value = metric_dimension.value
        }
      }

      dynamic "metrics" {
        for_each = local.published[each.key] ? [] : each.value.metric_names
        content {
          id          = metrics.value
          return_data = local.plain[each.key]

          metric_stat {
            stat   = var.scaling_metrics.sources[metrics.value].stat
            period = var.period_sec

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

  lifecycle {
    precondition {
      condition     = local.period_fits[each.key]
      error_message = "metrics.period_sec is ${var.period_sec} s, and AWS counts ${each.value.metric} once a minute: follow visible / inService with metric_source \"published\", or busyShare, or set it to 60 s."
    }
  }
}

resource "aws_autoscaling_policy" "rule" {
  for_each = local.rules

  name                      = "${var.name}-${each.key}"
  autoscaling_group_name    = aws_autoscaling_group.this.name
  policy_type               = each.value.kind == "step" ? "StepScaling" : "SimpleScaling"
  adjustment_type           = local.adjustment_types[each.value.adjustment_type]
  min_adjustment_magnitude  = each.value.adjustment_type == "percent" && each.value.min_magnitude > 0 ? each.value.min_magnitude : null
  estimated_instance_warmup = each.value.kind == "step" ? each.value.warm_up_sec : null
  metric_aggregation_type   = each.value.kind == "step" ? title(each.value.aggregation) : null
  cooldown                  = each.value.kind == "simple" ? each.value.cooldown_sec : null
  scaling_adjustment        = each.value.kind == "simple" ? each.value.adjustment : null

  dynamic "step_adjustment" {
    for_each = each.value.steps
    content {
      metric_interval_lower_bound = step_adjustment.value.lower
      metric_interval_upper_bound = step_adjustment.value.upper
      scaling_adjustment          = step_adjustment.value.adjustment
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
  alarm_actions       = [aws_autoscaling_policy.rule[each.key].arn]

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

  lifecycle {
    precondition {
      condition     = local.period_fits[each.key]
      error_message = "metrics.period_sec is ${var.period_sec} s, and AWS counts ${each.value.metric} once a minute: follow visible / inService with metric_source \"published\", or busyShare, or set it to 60 s."
    }
  }
}

resource "aws_autoscaling_schedule" "this" {
  for_each = local.actions

  scheduled_action_name  = "${var.name}-${each.key}"
  autoscaling_group_name = aws_autoscaling_group.this.name
  recurrence             = each.value.cron
  time_zone              = each.value.zone
  # -1 leaves it as it is; left out, it would be 0.
  min_size         = each.value.min == null ? -1 : each.value.min
  max_size         = each.value.max == null ? -1 : each.value.max
  desired_capacity = each.value.desired == null ? -1 : each.value.desired
}

resource "aws_autoscaling_policy" "predictive" {
  for_each = { for key, policy in local.keyed : key => policy if policy.kind == "predictive" }

  name                   = "${var.name}-${each.key}"
  autoscaling_group_name = aws_autoscaling_group.this.name
  policy_type            = "PredictiveScaling"

  predictive_scaling_configuration {
    mode                         = each.value.mode == "forecast-only" ? "ForecastOnly" : "ForecastAndScale"
    scheduling_buffer_time       = each.value.scheduling_buffer_sec
    max_capacity_breach_behavior = each.value.max_capacity_breach == "increase" ? "IncreaseMaxCapacity" : "HonorMaxCapacity"
    max_capacity_buffer          = each.value.max_capacity_breach == "increase" ? each.value.max_capacity_buffer_percent : null

    metric_specification {
      target_value = each.value.messages_per_instance_hour

      customized_load_metric_specification {
        metric_data_queries {
          id = "sent"
          metric_stat {
            stat = "Sum"
            metric {
              namespace   = var.scaling_metrics.sources.sent.namespace
              metric_name = var.scaling_metrics.sources.sent.metric_name
              dynamic "dimensions" {
                for_each = var.scaling_metrics.sources.sent.dimensions
                content {
                  name  = dimensions.key
                  value = dimensions.value
                }
              }
            }
          }
        }
      }

      customized_scaling_metric_specification {
        dynamic "metric_data_queries" {
          for_each = { sent = var.scaling_metrics.sources.sent, inService = var.scaling_metrics.sources.inService }
          content {
            id          = metric_data_queries.key
            return_data = false
            metric_stat {
              stat = metric_data_queries.value.stat
              metric {
                namespace   = metric_data_queries.value.namespace
                metric_name = metric_data_queries.value.metric_name
                dynamic "dimensions" {
                  for_each = metric_data_queries.value.dimensions
                  content {
                    name  = dimensions.key
                    value = dimensions.value
                  }
                }
              }
            }
          }
        }
        metric_data_queries {
          id          = "perInstance"
          expression  = "sent / inService"
          return_data = true
        }
      }

      customized_capacity_metric_specification {
        metric_data_queries {
          id = "inService"
          metric_stat {
            stat = var.scaling_metrics.sources.inService.stat
            metric {
              namespace   = var.scaling_metrics.sources.inService.namespace
              metric_name = var.scaling_metrics.sources.inService.metric_name
              dynamic "dimensions" {
                for_each = var.scaling_metrics.sources.inService.dimensions
                content {
                  name  = dimensions.key
                  value = dimensions.value
                }
              }
            }
          }
        }
      }
    }
  }
}
