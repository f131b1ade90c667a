resource "aws_cloudwatch_log_group" "flow" {
  name              = "/headroom/${var.name}/flow"
  retention_in_days = var.log_retention_days
}

module "flow_log_role" {
  source = "../iam"

  name        = "${var.name}-flow-log"
  description = "Lets the network write its flow log"
  services    = ["vpc-flow-logs.amazonaws.com"]
  statements = [{
    sid       = "WriteFlowLog"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"]
    resources = [aws_cloudwatch_log_group.flow.arn, "${aws_cloudwatch_log_group.flow.arn}:*"]
  }]
}

resource "aws_flow_log" "this" {
  vpc_id          = aws_vpc.this.id
  traffic_type    = "REJECT"
  log_destination = aws_cloudwatch_log_group.flow.arn
  iam_role_arn    = module.flow_log_role.arn
}
