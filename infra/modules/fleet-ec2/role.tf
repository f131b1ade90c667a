module "role" {
  source = "../iam"

  name             = "${var.name}-worker"
  description      = "Workers of ${var.name}: receive and delete messages, complete their hook, write their log"
  services         = ["ec2.amazonaws.com"]
  instance_profile = true

  statements = concat(
    [
      {
        sid       = "WorkOnQueue"
        actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"]
        resources = [var.queue.arn]
      },
      {
        sid       = "FetchBundle"
        actions   = ["s3:GetObject"]
        resources = ["arn:${data.aws_partition.current.partition}:s3:::${var.artifact.bucket}/${var.artifact.key}"]
      },
      {
        sid       = "CompleteHooks"
        actions   = ["autoscaling:CompleteLifecycleAction", "autoscaling:RecordLifecycleActionHeartbeat"]
        resources = [local.group_arn]
      },
      {
        sid       = "WriteLog"
        actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        resources = ["${aws_cloudwatch_log_group.worker.arn}:*"]
      },
    ],
    [for sid in ["ProtectWhileBusy"] : {
      sid       = sid
      actions   = ["autoscaling:SetInstanceProtection"]
      resources = [local.group_arn]
    } if var.fleet.protection == "while-busy"],
    [for arn in compact([var.queue.kms_key_arn]) : {
      sid       = "DecryptMessages"
      actions   = ["kms:Decrypt"]
      resources = [arn]
    }],
    var.statements,
  )
}
