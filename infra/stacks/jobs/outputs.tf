output "queue_url" {
  description = "The queue."
  value       = module.queue.url
}

output "dead_letters_url" {
  description = "The dead-letter queue; null without one."
  value       = try(module.queue.dead_letters.url, null)
}

output "alb_dns_name" {
  description = "The API's load balancer; null as long as there is no API."
  value       = one(module.api[*].dns_name)
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
  value       = merge({ worker = module.fleet.log_group_name }, { for api in module.api : "api" => api.log_group_name })
}

output "dashboard_name" {
  description = "The dashboard."
  value       = module.observability.dashboard_name
}

output "services" {
  description = "ECS services and their cluster, for forced deployments."
  value       = { cluster = module.cluster.name, names = concat([module.fleet.name], module.api[*].name) }
}

output "site_url" {
  description = "The site, and the API under the same address."
  value       = module.frontend.url
}

output "board_url" {
  description = "The board: how the jobs stand, a form for more, and the limits of the workers."
  value       = "${module.frontend.url}/board.html"
}

output "site_bucket" {
  description = "Bucket of the site's files."
  value       = module.frontend.bucket
}

output "distribution_id" {
  description = "CloudFront distribution, to clear its caches."
  value       = module.frontend.distribution_id
}
