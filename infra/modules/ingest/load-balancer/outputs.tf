output "dns_name" {
  description = "Where it can be called."
  value       = aws_lb.this.dns_name
}

output "target_group_arn" {
  description = "Target group that the tasks behind it join."
  value       = aws_lb_target_group.this.arn

  # A service may join it only when a listener uses it.
  depends_on = [aws_lb_listener.http, aws_lb_listener.https]
}

output "security_group_id" {
  description = "Security group that the tasks let in."
  value       = aws_security_group.this.id
}

output "arn_suffix" {
  description = "What CloudWatch calls it."
  value       = aws_lb.this.arn_suffix
}

output "target_group_arn_suffix" {
  description = "What CloudWatch calls the target group."
  value       = aws_lb_target_group.this.arn_suffix
}
