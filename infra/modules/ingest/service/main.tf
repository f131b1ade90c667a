# An API on Fargate behind a public load balancer; more tasks when they are busy.

data "aws_region" "current" {}

module "load_balancer" {
  source = "../load-balancer"

  name                 = var.name
  vpc                  = { id = var.vpc.id, cidr = var.vpc.cidr, public_subnet_ids = var.vpc.public_subnet_ids }
  port                 = var.port
  certificate_arn      = var.certificate_arn
  only_from_cloudfront = var.only_from_cloudfront
  deletion_protection  = var.protected
}

module "service" {
  source = "../../fargate-service"

  name        = var.name
  cluster_arn = var.cluster.arn
  vpc_id      = var.vpc.id
  subnet_ids  = var.vpc.private_subnet_ids
  image       = var.image
  port        = { number = var.port }
  environment = merge(var.environment, {
    PIPELINE   = var.pipeline
    AWS_REGION = data.aws_region.current.region
    PORT       = tostring(var.port)
    # The load balancer asks from other machines; the security group lets in nobody else.
    API_HOST = "0.0.0.0"
    # The load balancer tells who called it, and CloudFront before it who called that one.
    TRUSTED_PROXIES = var.only_from_cloudfront ? "2" : "1"
  })
  secrets            = var.secrets
  egress             = var.egress
  statements         = var.statements
  initial_count      = var.limits.min
  load_balancer      = { target_group_arn = module.load_balancer.target_group_arn }
  callers            = { "the load balancer" = module.load_balancer.security_group_id }
  log_retention_days = var.log_retention_days
}

resource "aws_appautoscaling_target" "this" {
  service_namespace  = "ecs"
  resource_id        = "service/${var.cluster.name}/${module.service.name}"
  scalable_dimension = "ecs:service:DesiredCount"
  min_capacity       = var.limits.min
  max_capacity       = var.limits.max
}

resource "aws_appautoscaling_policy" "cpu" {
  name               = "${var.name}-cpu"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.this.service_namespace
  resource_id        = aws_appautoscaling_target.this.resource_id
  scalable_dimension = aws_appautoscaling_target.this.scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value = var.limits.cpu_percent

    predefined_metric_specification {
      predefined_metric_type = "ECSServiceAverageCPUUtilization"
    }
  }
}

resource "aws_appautoscaling_policy" "requests" {
  count = var.limits.requests_per_task == null ? 0 : 1

  name               = "${var.name}-requests"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.this.service_namespace
  resource_id        = aws_appautoscaling_target.this.resource_id
  scalable_dimension = aws_appautoscaling_target.this.scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value = var.limits.requests_per_task

    predefined_metric_specification {
      predefined_metric_type = "ALBRequestCountPerTarget"
      resource_label         = "${module.load_balancer.arn_suffix}/${module.load_balancer.target_group_arn_suffix}"
    }
  }
}
