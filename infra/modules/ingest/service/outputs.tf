output "dns_name" {
  description = "Where it can be called."
  value       = module.load_balancer.dns_name
}

output "name" {
  description = "Name of the service."
  value       = module.service.name
}

output "security_group_id" {
  description = "Security group of the tasks."
  value       = module.service.security_group_id
}

output "log_group_name" {
  description = "Log of the program."
  value       = module.service.log_group_name
}

output "load_balancer" {
  description = "The load balancer, as CloudWatch calls it."
  value       = { arn_suffix = module.load_balancer.arn_suffix, target_group_arn_suffix = module.load_balancer.target_group_arn_suffix }
}
