data "aws_region" "current" {}
data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

locals {
  metrics_port = 9090
  hook_names = {
    launch    = "${var.name}-launch"
    terminate = "${var.name}-terminate"
  }
  # Written out, because the group needs the role and the role the group.
  group_arn = "arn:${data.aws_partition.current.partition}:autoscaling:${data.aws_region.current.region}:${data.aws_caller_identity.current.account_id}:autoScalingGroup:*:autoScalingGroupName/${var.name}"

  environment = merge(var.environment, {
    QUEUE_URL               = var.queue.url
    AWS_REGION              = data.aws_region.current.region
    AUTO_SCALING_GROUP_NAME = var.name
    LIFECYCLE_HOOK_NAME     = local.hook_names.terminate
    PROCESSES               = tostring(var.processes)
    METRICS_PORT            = tostring(local.metrics_port)
    # The load balancer and the publisher ask from other machines; the security group lets in nobody else.
    METRICS_HOST = "0.0.0.0"
  })

  # Graviton types have a g after the generation: c7g, m7gd, t4g.
  architecture    = can(regex("^[a-z]+[0-9]+g", var.fleet.instance_type)) ? "arm64" : "x86_64"
  image_parameter = coalesce(var.image_parameter, "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${local.architecture}")

  unit = templatefile("${path.module}/files/headroom-worker.service.tftpl", { stop_timeout_sec = var.drain_limit_sec + 15 })
  user_data = templatefile("${path.module}/files/user-data.sh.tftpl", {
    artifact           = var.artifact
    node_package       = var.node_package
    environment        = local.environment
    unit               = local.unit
    await_service      = file("${path.module}/files/await-service.sh")
    report_ready       = file("${path.module}/files/report-ready.sh")
    launch_environment = { AWS_REGION = data.aws_region.current.region, GROUP_NAME = var.name, LAUNCH_HOOK_NAME = var.fleet.launch_hook == null ? "" : local.hook_names.launch, METRICS_PORT = tostring(local.metrics_port) }
    log_group          = aws_cloudwatch_log_group.worker.name
  })
}

resource "aws_cloudwatch_log_group" "worker" {
  name              = "/headroom/${var.name}/worker"
  retention_in_days = var.log_retention_days
}

resource "aws_security_group" "instances" {
  name        = "${var.name}-instances"
  description = "Workers: fetch their work themselves, and answer those who ask how they are"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_egress_rule" "instances_https" {
  security_group_id = aws_security_group.instances.id
  description       = "AWS, and what the handlers call"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_ingress_rule" "instances_publisher" {
  count = var.metrics_reader == null ? 0 : 1

  security_group_id            = aws_security_group.instances.id
  description                  = "The publisher reads the workers figures"
  ip_protocol                  = "tcp"
  from_port                    = local.metrics_port
  to_port                      = local.metrics_port
  referenced_security_group_id = var.metrics_reader.security_group_id
}

resource "aws_launch_template" "this" {
  name                   = var.name
  description            = "Headroom worker ${var.artifact.key}"
  image_id               = "resolve:ssm:${local.image_parameter}"
  instance_type          = var.fleet.instance_type
  update_default_version = true
  ebs_optimized          = true
  user_data              = base64encode(local.user_data)

  iam_instance_profile {
    arn = module.role.instance_profile_arn
  }

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
    instance_metadata_tags      = "enabled"
  }

  network_interfaces {
    device_index                = 0
    associate_public_ip_address = false
    delete_on_termination       = true
    security_groups             = [aws_security_group.instances.id]
  }

  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      volume_type           = "gp3"
      volume_size           = var.fleet.volume_gb
      encrypted             = true
      delete_on_termination = true
    }
  }

  dynamic "hibernation_options" {
    for_each = try(var.fleet.warm_pool.state, "") == "hibernated" ? [true] : []
    content {
      configured = true
    }
  }

  # The publisher finds the workers by the names of their instances.
  private_dns_name_options {
    hostname_type                     = "resource-name"
    enable_resource_name_dns_a_record = true
  }

  monitoring {
    enabled = true
  }

  tag_specifications {
    resource_type = "volume"
    tags          = { Name = var.name }
  }
}
