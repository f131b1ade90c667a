# Asks every worker how it is. EC2's own checks see whether the machine runs, not whether its worker does.
resource "aws_lb" "health" {
  count = var.health_load_balancer == null ? 0 : 1

  name                       = "${substr(var.name, 0, 25)}-health"
  internal                   = true
  load_balancer_type         = "application"
  subnets                    = var.health_load_balancer.subnet_ids
  security_groups            = aws_security_group.health[*].id
  drop_invalid_header_fields = true
}

resource "aws_lb_target_group" "health" {
  count = var.health_load_balancer == null ? 0 : 1

  name                 = "${substr(var.name, 0, 25)}-health"
  port                 = local.metrics_port
  protocol             = "HTTP"
  vpc_id               = var.vpc_id
  deregistration_delay = 0

  health_check {
    path                = "/health"
    matcher             = "200"
    interval            = 15
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 4
  }
}

# Without a listener nothing is checked. It is reached from within the network only.
resource "aws_lb_listener" "health" {
  count = var.health_load_balancer == null ? 0 : 1

  load_balancer_arn = aws_lb.health[0].arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.health[0].arn
  }
}

resource "aws_security_group" "health" {
  count = var.health_load_balancer == null ? 0 : 1

  name        = "${var.name}-health"
  description = "Load balancer that asks the workers how they are"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "health" {
  count = var.health_load_balancer == null ? 0 : 1

  security_group_id = aws_security_group.health[0].id
  description       = "From within the network"
  ip_protocol       = "tcp"
  from_port         = 80
  to_port           = 80
  cidr_ipv4         = var.health_load_balancer.cidr
}

resource "aws_vpc_security_group_egress_rule" "health" {
  count = var.health_load_balancer == null ? 0 : 1

  security_group_id            = aws_security_group.health[0].id
  description                  = "To the workers"
  ip_protocol                  = "tcp"
  from_port                    = local.metrics_port
  to_port                      = local.metrics_port
  referenced_security_group_id = aws_security_group.instances.id
}

resource "aws_vpc_security_group_ingress_rule" "instances_health" {
  count = var.health_load_balancer == null ? 0 : 1

  security_group_id            = aws_security_group.instances.id
  description                  = "The load balancer asks for health"
  ip_protocol                  = "tcp"
  from_port                    = local.metrics_port
  to_port                      = local.metrics_port
  referenced_security_group_id = aws_security_group.health[0].id
}
