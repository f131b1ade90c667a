output "queue_url" {
  description = "The queue."
  value       = module.queue.url
}

output "dead_letters_url" {
  description = "The dead-letter queue; null without one."
  value       = try(module.queue.dead_letters.url, null)
}

output "group_name" {
  description = "The Auto Scaling group."
  value       = module.fleet.name
}

output "api_url" {
  description = "The API; null as long as there is none."
  value       = one(module.api[*].url)
}

output "repositories" {
  description = "Repositories of images, by program: arn and url."
  value       = module.registry.repositories
}

output "bundle_bucket" {
  description = "Bucket of the bundles."
  value       = module.registry.bundle_bucket
}

output "log_groups" {
  description = "Log groups, by what writes them."
  value       = merge({ worker = module.fleet.log_group_name }, { for watcher in module.watcher : local.watcher_role => watcher.log_group_name })
}

output "dashboard_name" {
  description = "The dashboard."
  value       = module.observability.dashboard_name
}

output "services" {
  description = "ECS services and their cluster, for forced deployments."
  value       = { cluster = one(module.cluster[*].name), names = module.watcher[*].name }
}
