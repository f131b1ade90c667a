output "arns" {
  description = "ARNs of the tables by name."
  value       = { for name, table in aws_dynamodb_table.this : name => table.arn }
}
