output "name" {
  description = "Name of the service."
  value       = module.service.name
}

output "security_group_id" {
  description = "Security group of the tasks."
  value       = module.service.security_group_id
}

output "task_role_name" {
  description = "Role of the workers."
  value       = module.service.task_role_name
}

output "log_group_name" {
  description = "Log group of the workers."
  value       = module.service.log_group_name
}
