data "aws_region" "current" {}

locals {
  # A metric as a dashboard wants it: namespace, name, dimensions in turn, options.
  rows = {
    for name, source in merge(var.backlog.sources, { backlogPerInstance = var.backlog.backlog_per_instance }) :
    name => concat([source.namespace, source.metric_name], flatten([for dimension, value in source.dimensions : [dimension, value]]))
  }
  dead_letters = var.queue.dead_letters_name == null ? [] : [["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", var.queue.dead_letters_name, { label = "dead letters", stat = "Maximum" }]]
  # A choice between lists of different lengths is none to Terraform, so each picks what is meant.
  backlog = concat(
    [for row in [local.rows.backlogPerInstance] : concat(row, [{ label = "backlog per instance", stat = "Average" }]) if var.backlog.is_published],
    [for row in [local.rows.visible] : concat(row, [{ id = "visible", stat = "Maximum", visible = false }]) if !var.backlog.is_published],
    [for row in [local.rows.inService] : concat(row, [{ id = "inService", stat = "Average", visible = false }]) if !var.backlog.is_published],
    [for expression in ["visible / inService"] : [{ expression = expression, label = "backlog per instance" }] if !var.backlog.is_published],
  )

  widgets = [
    { title = "Queue", metrics = concat([concat(local.rows.visible, [{ label = "waiting", stat = "Maximum" }]), concat(local.rows.inFlight, [{ label = "in flight", stat = "Maximum" }])], local.dead_letters) },
    { title = "Instances", metrics = [concat(local.rows.inService, [{ label = "in service", stat = "Average" }]), concat(local.rows.desired, [{ label = "desired", stat = "Average" }])] },
    { title = "Backlog per instance", metrics = local.backlog },
    { title = "Messages a minute", metrics = [concat(local.rows.sent, [{ label = "sent", stat = "Sum" }]), concat(local.rows.deleted, [{ label = "done", stat = "Sum" }])] },
    { title = "Age of the oldest message, seconds", metrics = [concat(local.rows.age, [{ label = "age", stat = "Maximum" }])] },
    { title = "Busy share of the slots", metrics = [concat(local.rows.busyShare, [{ label = "busy", stat = "Average" }])] },
  ]
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name

  dashboard_body = jsonencode({
    widgets = concat(
      [for index, widget in local.widgets : {
        type   = "metric"
        x      = index % 3 * 8
        y      = floor(index / 3) * 6
        width  = 8
        height = 6
        properties = {
          title   = widget.title
          region  = data.aws_region.current.region
          period  = 60
          view    = "timeSeries"
          stacked = false
          metrics = widget.metrics
        }
      }],
      [{
        type       = "alarm"
        x          = 0
        y          = 12
        width      = 24
        height     = 3
        properties = { title = "Alarms", alarms = concat(values(aws_cloudwatch_metric_alarm.this)[*].arn, aws_cloudwatch_metric_alarm.backlog_per_instance[*].arn) }
      }]
    )
  })
}
