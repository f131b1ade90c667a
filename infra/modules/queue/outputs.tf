output "name" {
  description = "Name of the queue."
  value       = aws_sqs_queue.main.name
}

output "url" {
  description = "Address of the queue."
  value       = aws_sqs_queue.main.url
}

output "arn" {
  description = "ARN of the queue."
  value       = aws_sqs_queue.main.arn
}

output "dead_letters" {
  description = "Name, address and ARN of the dead-letter queue; null without one."
  value       = one([for queue in aws_sqs_queue.dead_letters : { name = queue.name, url = queue.url, arn = queue.arn }])
}

output "read_statements" {
  description = "What somebody needs who reads how much the queue and its dead-letter queue hold, as the statements of modules/iam."
  value = [{
    sid       = "ReadDepth"
    actions   = ["sqs:GetQueueAttributes", "sqs:GetQueueUrl"]
    resources = concat([aws_sqs_queue.main.arn], aws_sqs_queue.dead_letters[*].arn)
  }]
}

output "topic_arn" {
  description = "ARN of the topic that leads to the queue; null without one."
  value       = one(aws_sns_topic.fan_in[*].arn)
}

output "kms_key_arn" {
  description = "Key that senders and receivers need; null when SQS's own is used."
  value       = var.kms_key_arn
}

output "send_statements" {
  description = "What somebody needs who sends to the queue, as the statements of modules/iam."
  value = concat(
    [{
      sid       = "SendToQueue"
      actions   = ["sqs:SendMessage"]
      resources = [aws_sqs_queue.main.arn]
    }],
    [for arn in compact([var.kms_key_arn]) : {
      sid       = "EncryptMessages"
      actions   = ["kms:GenerateDataKey", "kms:Decrypt"]
      resources = [arn]
    }]
  )
}

output "count_statements" {
  description = "What somebody needs who tells how many messages the queue and its dead-letter queue hold, as the statements of modules/iam."
  value = concat(
    [{
      sid       = "CountMessages"
      actions   = ["sqs:GetQueueAttributes"]
      resources = concat([aws_sqs_queue.main.arn], aws_sqs_queue.dead_letters[*].arn)
    }],
    # Its ARN is in the redrive policy; counting takes its address.
    [for queue in aws_sqs_queue.dead_letters : {
      sid       = "FindDeadLetters"
      actions   = ["sqs:GetQueueUrl"]
      resources = [queue.arn]
    }]
  )
}
