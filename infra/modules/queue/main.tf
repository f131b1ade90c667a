locals {
  fifo            = var.settings.type == "fifo"
  suffix          = local.fifo ? ".fifo" : ""
  has_dead_letter = var.settings.max_receive_count > 0
}

resource "aws_sqs_queue" "main" {
  name                       = "${var.name}${local.suffix}"
  fifo_queue                 = local.fifo ? true : null
  deduplication_scope        = local.fifo ? (var.settings.high_throughput ? "messageGroup" : "queue") : null
  fifo_throughput_limit      = local.fifo ? (var.settings.high_throughput ? "perMessageGroupId" : "perQueue") : null
  visibility_timeout_seconds = var.settings.visibility_timeout_sec
  message_retention_seconds  = var.settings.retention_sec
  delay_seconds              = var.settings.delay_sec
  receive_wait_time_seconds  = var.wait_time_sec
  sqs_managed_sse_enabled    = var.kms_key_arn == null ? true : null
  kms_master_key_id          = var.kms_key_arn
  redrive_policy = local.has_dead_letter ? jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_letters[0].arn
    maxReceiveCount     = var.settings.max_receive_count
  }) : null
}

resource "aws_sqs_queue" "dead_letters" {
  count = local.has_dead_letter ? 1 : 0

  name                      = "${var.name}-dead-letters${local.suffix}"
  fifo_queue                = local.fifo ? true : null
  message_retention_seconds = var.settings.dead_letter_retention_sec
  receive_wait_time_seconds = 20
  # Six times what a function that reads it may take (Lambda Developer Guide, services-sqs-configure).
  visibility_timeout_seconds = 180
  sqs_managed_sse_enabled    = var.kms_key_arn == null ? true : null
  kms_master_key_id          = var.kms_key_arn
}

# Nobody else's failures, and the way back: a redrive needs the source to be allowed here.
resource "aws_sqs_queue_redrive_allow_policy" "dead_letters" {
  count = local.has_dead_letter ? 1 : 0

  queue_url = aws_sqs_queue.dead_letters[0].id
  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [aws_sqs_queue.main.arn]
  })
}

locals {
  refuse_plain_http = {
    Sid       = "RefusePlainHttp"
    Effect    = "Deny"
    Principal = "*"
    Action    = "sqs:*"
    Condition = { Bool = { "aws:SecureTransport" = "false" } }
  }
}

resource "aws_sqs_queue_policy" "main" {
  queue_url = aws_sqs_queue.main.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [merge(local.refuse_plain_http, { Resource = aws_sqs_queue.main.arn })],
      [for topic in aws_sns_topic.fan_in : {
        Sid       = "TakeFromTopic"
        Effect    = "Allow"
        Principal = { Service = "sns.amazonaws.com" }
        Action    = "sqs:SendMessage"
        Resource  = aws_sqs_queue.main.arn
        Condition = { ArnEquals = { "aws:SourceArn" = topic.arn } }
      }]
    )
  })
}

resource "aws_sqs_queue_policy" "dead_letters" {
  count = local.has_dead_letter ? 1 : 0

  queue_url = aws_sqs_queue.dead_letters[0].id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [merge(local.refuse_plain_http, { Resource = aws_sqs_queue.dead_letters[0].arn })]
  })
}

resource "aws_sns_topic" "fan_in" {
  count = var.fan_in == null ? 0 : 1

  name              = "${var.name}-topic${local.suffix}"
  fifo_topic        = local.fifo ? true : null
  kms_master_key_id = coalesce(var.kms_key_arn, "alias/aws/sns")
}

resource "aws_sns_topic_policy" "fan_in" {
  count = var.fan_in == null ? 0 : 1

  arn = aws_sns_topic.fan_in[0].arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "RefusePlainHttp"
      Effect    = "Deny"
      Principal = "*"
      Action    = "sns:Publish"
      Resource  = aws_sns_topic.fan_in[0].arn
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}

resource "aws_sns_topic_subscription" "fan_in" {
  count = var.fan_in == null ? 0 : 1

  topic_arn            = aws_sns_topic.fan_in[0].arn
  protocol             = "sqs"
  endpoint             = aws_sqs_queue.main.arn
  raw_message_delivery = var.fan_in.raw_delivery

  # Without the policy SNS has no right to deliver, and what comes until then is lost.
  depends_on = [aws_sqs_queue_policy.main]
}
