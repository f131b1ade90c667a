output "name" {
  description = "Name of the Auto Scaling group."
  value       = aws_autoscaling_group.this.name
}

output "arn" {
  description = "ARN of the Auto Scaling group."
  value       = aws_autoscaling_group.this.arn
}

output "security_group_id" {
  description = "Security group of the instances."
  value       = aws_security_group.instances.id
}

output "role_name" {
  description = "Role of the instances."
  value       = module.role.name
}

output "log_group_name" {
  description = "Log group of the workers."
  value       = aws_cloudwatch_log_group.worker.name
}

output "user_data" {
  description = "What an instance does when it first starts."
  value       = local.user_data
}
