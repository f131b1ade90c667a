output "name" {
  description = "Name of the service."
  value       = module.service.name
}

output "security_group_id" {
  description = "Security group of its task, which the workers let in."
  value       = module.service.security_group_id
}

output "log_group_name" {
  description = "Its log: a scaler's decisions are there."
  value       = module.service.log_group_name
}
