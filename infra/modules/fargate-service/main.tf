data "aws_region" "current" {}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/headroom/${var.name}"
  retention_in_days = var.log_retention_days
}

resource "aws_security_group" "this" {
  name        = var.name
  description = "Tasks of ${var.name}"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "callers" {
  for_each = var.callers

  security_group_id            = aws_security_group.this.id
  description                  = "Called by ${each.key}"
  ip_protocol                  = "tcp"
  from_port                    = var.port.number
  to_port                      = var.port.number
  referenced_security_group_id = each.value
}

resource "aws_vpc_security_group_egress_rule" "out" {
  for_each = var.egress

  security_group_id = aws_security_group.this.id
  description       = each.key
  ip_protocol       = "tcp"
  from_port         = each.value.port
  to_port           = each.value.port
  cidr_ipv4         = each.value.cidr
}

resource "aws_ecs_task_definition" "this" {
  family                   = var.name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = tostring(var.size.vcpu * 1024)
  memory                   = tostring(var.size.memory_gb * 1024)
  execution_role_arn       = module.execution_role.arn
  task_role_arn            = module.task_role.arn

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = var.size.architecture == "arm" ? "ARM64" : "X86_64"
  }

  dynamic "ephemeral_storage" {
    # 20 GB is what a task has anyway, and what cannot be asked for.
    for_each = var.size.storage_gb > 20 ? [var.size.storage_gb] : []
    content {
      size_in_gib = ephemeral_storage.value
    }
  }

  container_definitions = jsonencode([{
    name                   = "main"
    image                  = var.image.uri
    entryPoint             = var.entry_point
    command                = var.command
    essential              = true
    readonlyRootFilesystem = true
    user                   = "node"
    stopTimeout            = var.stop_timeout_sec
    linuxParameters        = { initProcessEnabled = true }
    environment            = [for name, value in var.environment : { name = name, value = value }]
    secrets                = [for name, secret in var.secrets : { name = name, valueFrom = secret.value_from }]
    portMappings           = [for port in [var.port] : { containerPort = port.number, protocol = "tcp" } if port != null]
    healthCheck = var.port == null ? null : {
      command     = ["CMD", "node", "-e", "fetch('http://127.0.0.1:${var.port.number}${var.port.health_path}').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
      interval    = 15
      timeout     = 5
      retries     = 3
      startPeriod = 30
    }
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.this.name
        awslogs-region        = data.aws_region.current.region
        awslogs-stream-prefix = "task"
        # A slow log must not stop the work.
        mode            = "non-blocking"
        max-buffer-size = "4m"
      }
    }
  }])
}

resource "aws_ecs_service" "this" {
  name            = var.name
  cluster         = var.cluster_arn
  task_definition = aws_ecs_task_definition.this.arn
  desired_count   = var.initial_count
  propagate_tags  = "SERVICE"

  enable_ecs_managed_tags            = true
  deployment_minimum_healthy_percent = var.singleton ? 0 : 100
  deployment_maximum_percent         = var.singleton ? 100 : 200
  health_check_grace_period_seconds  = var.load_balancer == null ? null : var.health_grace_sec

  capacity_provider_strategy {
    capacity_provider = "FARGATE"
    weight            = 100 - var.spot_percent
  }

  dynamic "capacity_provider_strategy" {
    for_each = var.spot_percent > 0 ? [var.spot_percent] : []
    content {
      capacity_provider = "FARGATE_SPOT"
      weight            = capacity_provider_strategy.value
    }
  }

  # Images that do not come up are taken back without anybody having to be awake.
  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets          = var.subnet_ids
    security_groups  = [aws_security_group.this.id]
    assign_public_ip = false
  }

  dynamic "load_balancer" {
    for_each = var.load_balancer == null ? [] : [var.load_balancer.target_group_arn]
    content {
      target_group_arn = load_balancer.value
      container_name   = "main"
      container_port   = var.port.number
    }
  }

  lifecycle {
    # Whoever scales owns it.
    ignore_changes = [desired_count]
  }
}
