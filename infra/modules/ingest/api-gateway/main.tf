resource "aws_cloudwatch_log_group" "function" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.log_retention_days
}

resource "aws_cloudwatch_log_group" "access" {
  name              = "/headroom/${var.name}/access"
  retention_in_days = var.log_retention_days
}

module "role" {
  source = "../../iam"

  name        = "${var.name}-function"
  description = "The function behind ${var.name}"
  services    = ["lambda.amazonaws.com"]
  statements = concat([
    {
      sid       = "WriteLog"
      actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      resources = ["${aws_cloudwatch_log_group.function.arn}:*"]
    },
    {
      sid              = "Trace"
      actions          = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
      resources        = ["*"]
      why_any_resource = "AWS knows no resources for traces."
    },
  ], var.statements)
}

resource "aws_lambda_function" "this" {
  function_name    = var.name
  description      = "Takes requests and sends them to the queue"
  role             = module.role.arn
  runtime          = "nodejs22.x"
  architectures    = ["arm64"]
  handler          = "index.handler"
  s3_bucket        = var.artifact.bucket
  s3_key           = var.artifact.key
  source_code_hash = var.artifact.sha256_base64
  memory_size      = var.memory_mb
  timeout          = var.timeout_sec

  environment {
    variables = var.environment
  }

  tracing_config {
    mode = "Active"
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.function.name
  }
}

resource "aws_apigatewayv2_api" "this" {
  name          = var.name
  protocol_type = "HTTP"
}

resource "aws_apigatewayv2_integration" "function" {
  api_id                 = aws_apigatewayv2_api.this.id
  integration_type       = "AWS_PROXY"
  integration_uri        = aws_lambda_function.this.invoke_arn
  payload_format_version = "2.0"
}

resource "aws_apigatewayv2_route" "this" {
  for_each = toset(var.routes)

  api_id    = aws_apigatewayv2_api.this.id
  route_key = each.value
  target    = "integrations/${aws_apigatewayv2_integration.function.id}"
}

resource "aws_apigatewayv2_stage" "default" {
  api_id      = aws_apigatewayv2_api.this.id
  name        = "$default"
  auto_deploy = true

  default_route_settings {
    throttling_rate_limit    = var.requests_per_sec
    throttling_burst_limit   = ceil(var.requests_per_sec * 1.5)
    detailed_metrics_enabled = true
  }

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.access.arn
    format = jsonencode({
      requestId = "$context.requestId"
      at        = "$context.requestTimeEpoch"
      route     = "$context.routeKey"
      status    = "$context.status"
      tookMs    = "$context.responseLatency"
      error     = "$context.integrationErrorMessage"
    })
  }
}

resource "aws_lambda_permission" "api" {
  statement_id  = "CalledByApi"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.this.function_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.this.execution_arn}/*/*"
}
