output "name" {
  description = "Name of the bucket, with the account's number."
  value       = aws_s3_bucket.this.bucket
}

output "arn" {
  description = "ARN of the bucket."
  value       = aws_s3_bucket.this.arn
}

output "domain_name" {
  description = "Where CloudFront finds it."
  value       = aws_s3_bucket.this.bucket_regional_domain_name
}

output "kms_key_arn" {
  description = "Key that writers and readers need; null when it is S3's."
  value       = one(aws_kms_key.this[*].arn)
}

output "keep_statements" {
  description = "What somebody needs who keeps objects, and looks at what is there under their keys, as the statements of modules/iam."
  value = concat(
    [{
      sid       = "KeepObjects"
      actions   = ["s3:PutObject", "s3:GetObject"]
      resources = ["${aws_s3_bucket.this.arn}/*"]
    }],
    [for key in aws_kms_key.this : {
      sid       = "EncryptObjects"
      actions   = ["kms:GenerateDataKey", "kms:Decrypt"]
      resources = [key.arn]
    }]
  )
}
