module "execution_role" {
  source = "../iam"

  name        = "${var.name}-start"
  description = "Lets ECS start tasks of ${var.name}: fetch the image and the secrets, write the log"
  services    = ["ecs-tasks.amazonaws.com"]

  statements = concat(
    [
      {
        sid              = "LogInToRegistry"
        actions          = ["ecr:GetAuthorizationToken"]
        resources        = ["*"]
        why_any_resource = "The token is for the account's registry; AWS knows no finer resource."
      },
      {
        sid       = "FetchImage"
        actions   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
        resources = [var.image.repository_arn]
      },
      {
        sid       = "WriteLog"
        actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        resources = ["${aws_cloudwatch_log_group.this.arn}:*"]
      },
    ],
    [for arns in [distinct([for secret in values(var.secrets) : secret.arn if secret.kind == "secret"])] : {
      sid       = "FetchSecrets"
      actions   = ["secretsmanager:GetSecretValue"]
      resources = arns
    } if length(arns) > 0],
    [for arns in [distinct([for secret in values(var.secrets) : secret.arn if secret.kind == "parameter"])] : {
      sid       = "FetchParameters"
      actions   = ["ssm:GetParameters"]
      resources = arns
    } if length(arns) > 0],
  )
}

module "task_role" {
  source = "../iam"

  name        = "${var.name}-task"
  description = "What the program of ${var.name} may do"
  services    = ["ecs-tasks.amazonaws.com"]
  statements  = var.statements
}
