output "repositories" {
  description = "Repositories by the names of their programs: arn and url."
  value       = { for name, repository in aws_ecr_repository.this : name => { arn = repository.arn, url = repository.repository_url } }
}

output "bundle_bucket" {
  description = "Bucket of the bundles."
  value       = module.bundles.name
}
