# Reads what failed for good, and records it, so that somebody can look at it after the queue has let go of it.

module "dead_letter_role" {
  count  = var.functions_bundle == null || module.settings.queue.max_receive_count == 0 ? 0 : 1
  source = "../../modules/iam"

  name        = "${local.name}-dead-letters"
  description = "The function that records dead letters"
  services    = ["lambda.amazonaws.com"]
  statements = [
    {
      sid       = "TakeDeadLetters"
      actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
      resources = [module.queue.dead_letters.arn]
    },
    {
      sid       = "RecordThem"
      actions   = ["dynamodb:PutItem"]
      resources = [local.table_arns["${local.name}-dead-letters"]]
    },
    {
      sid       = "WriteLog"
      actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      resources = ["${aws_cloudwatch_log_group.dead_letters[0].arn}:*"]
    },
  ]
}

resource "aws_cloudwatch_log_group" "dead_letters" {
  count = var.functions_bundle == null || module.settings.queue.max_receive_count == 0 ? 0 : 1

  name              = "/aws/lambda/${local.name}-dead-letters"
  retention_in_days = var.log_retention_days
}

resource "aws_lambda_function" "dead_letters" {
  count = var.functions_bundle == null || module.settings.queue.max_receive_count == 0 ? 0 : 1

  function_name    = "${local.name}-dead-letters"
  description      = "Records dead letters"
  role             = module.dead_letter_role[0].arn
  runtime          = "nodejs22.x"
  architectures    = ["arm64"]
  handler          = "dead-letters.handler"
  s3_bucket        = module.registry.bundle_bucket
  s3_key           = var.functions_bundle.key
  source_code_hash = var.functions_bundle.sha256_base64
  memory_size      = 256
  timeout          = 30

  environment {
    variables = { DEAD_LETTERS_TABLE_NAME = "${local.name}-dead-letters", LOG_LEVEL = var.log_level }
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.dead_letters[0].name
  }
}

resource "aws_lambda_event_source_mapping" "dead_letters" {
  count = var.functions_bundle == null || module.settings.queue.max_receive_count == 0 ? 0 : 1

  event_source_arn        = module.queue.dead_letters.arn
  function_name           = aws_lambda_function.dead_letters[0].arn
  batch_size              = 10
  function_response_types = ["ReportBatchItemFailures"]
  # Off until somebody wants it: what it takes is gone from the dead-letter queue, and cannot be redriven any more.
  enabled = var.record_dead_letters
}
