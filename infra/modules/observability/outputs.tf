output "topic_arn" {
  description = "Topic that alarms are sent to."
  value       = aws_sns_topic.alarms.arn
}

output "dashboard_name" {
  description = "Name of the dashboard."
  value       = aws_cloudwatch_dashboard.this.dashboard_name
}

output "alarm_names" {
  description = "Names of the alarms."
  value       = concat(values(aws_cloudwatch_metric_alarm.this)[*].alarm_name, aws_cloudwatch_metric_alarm.backlog_per_instance[*].alarm_name)
}
