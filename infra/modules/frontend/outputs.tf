output "url" {
  description = "Where the site is."
  value       = "https://${aws_cloudfront_distribution.this.domain_name}"
}

output "distribution_id" {
  description = "Id of the distribution, to clear its caches."
  value       = aws_cloudfront_distribution.this.id
}

output "bucket" {
  description = "Bucket of the site."
  value       = module.site.name
}
