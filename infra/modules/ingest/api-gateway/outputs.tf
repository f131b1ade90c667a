output "url" {
  description = "Where it can be called."
  value       = aws_apigatewayv2_api.this.api_endpoint
}

output "function_name" {
  description = "Name of the function."
  value       = aws_lambda_function.this.function_name
}

output "log_group_name" {
  description = "Log of the function."
  value       = aws_cloudwatch_log_group.function.name
}
