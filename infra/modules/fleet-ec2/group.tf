locals {
  spot_share = var.fleet.spot == null ? 0 : var.fleet.spot.share
  # A warm pool wants a plain launch template.
  mixed = var.fleet.warm_pool == null && (var.fleet.spot != null || length(var.additional_instance_types) > 0)
  types = concat([var.fleet.instance_type], var.additional_instance_types)
  termination_policies = {
    default                       = "Default"
    oldest-instance               = "OldestInstance"
    newest-instance               = "NewestInstance"
    closest-to-next-instance-hour = "ClosestToNextInstanceHour"
    allocation-strategy           = "AllocationStrategy"
  }
  warm_states = { stopped = "Stopped", running = "Running", hibernated = "Hibernated" }
}

resource "aws_autoscaling_group" "this" {
  name                = var.name
  min_size            = var.fleet.min
  max_size            = var.fleet.max
  vpc_zone_identifier = var.subnet_ids

  # The deploy script waits for the fleet, and says what it waits for.
  wait_for_capacity_timeout = "0"

  health_check_type         = var.health_load_balancer == null ? "EC2" : "ELB"
  health_check_grace_period = var.fleet.health_grace_sec
  target_group_arns         = aws_lb_target_group.health[*].arn
  termination_policies      = [local.termination_policies[var.fleet.termination_policy]]
  protect_from_scale_in     = var.fleet.protection == "all"
  capacity_rebalance        = try(var.fleet.spot.capacity_rebalancing, false)

  # GroupInServiceInstances is what the backlog is divided by: without it no policy on it has data.
  metrics_granularity = "1Minute"
  enabled_metrics     = ["GroupInServiceInstances", "GroupDesiredCapacity", "GroupMinSize", "GroupMaxSize", "GroupPendingInstances", "GroupTerminatingInstances", "GroupTotalInstances"]

  availability_zone_distribution {
    capacity_distribution_strategy = var.fleet.zone_strategy
  }

  dynamic "launch_template" {
    for_each = local.mixed ? [] : [true]
    content {
      id      = aws_launch_template.this.id
      version = aws_launch_template.this.latest_version
    }
  }

  dynamic "mixed_instances_policy" {
    for_each = local.mixed ? [true] : []
    content {
      instances_distribution {
        on_demand_base_capacity                  = 0
        on_demand_percentage_above_base_capacity = floor((1 - local.spot_share) * 100 + 0.5)
        spot_allocation_strategy                 = "price-capacity-optimized"
      }

      launch_template {
        launch_template_specification {
          launch_template_id = aws_launch_template.this.id
          version            = aws_launch_template.this.latest_version
        }

        dynamic "override" {
          for_each = local.types
          content {
            instance_type = override.value
          }
        }
      }
    }
  }

  dynamic "warm_pool" {
    for_each = var.fleet.warm_pool == null ? [] : [var.fleet.warm_pool]
    content {
      pool_state                  = local.warm_states[warm_pool.value.state]
      min_size                    = warm_pool.value.min_size
      max_group_prepared_capacity = warm_pool.value.max_prepared

      instance_reuse_policy {
        reuse_on_scale_in = warm_pool.value.reuse
      }
    }
  }

  dynamic "instance_maintenance_policy" {
    for_each = var.fleet.maintenance == null ? [] : [var.fleet.maintenance]
    content {
      min_healthy_percentage = instance_maintenance_policy.value.min_healthy_percent
      max_healthy_percentage = instance_maintenance_policy.value.max_healthy_percent
    }
  }

  # A new launch template replaces the fleet a part at a time, and goes back by itself when the new instances do not come up.
  instance_refresh {
    strategy = "Rolling"

    preferences {
      min_healthy_percentage       = 90
      auto_rollback                = true
      skip_matching                = true
      scale_in_protected_instances = var.fleet.protection == "all" ? "Refresh" : "Wait"
    }
  }

  tag {
    key                 = "Name"
    value               = var.name
    propagate_at_launch = true
  }

  lifecycle {
    # Whoever scales owns it: a policy, the scaler, a person. Set here, each apply would throw the fleet back.
    ignore_changes = [desired_capacity]
  }
}

resource "aws_autoscaling_lifecycle_hook" "launch" {
  count = var.fleet.launch_hook == null ? 0 : 1

  name                   = local.hook_names.launch
  autoscaling_group_name = aws_autoscaling_group.this.name
  lifecycle_transition   = "autoscaling:EC2_INSTANCE_LAUNCHING"
  heartbeat_timeout      = var.fleet.launch_hook.heartbeat_timeout_sec
  default_result         = upper(var.fleet.launch_hook.default_result)
}

# The worker completes it when its jobs are done.
resource "aws_autoscaling_lifecycle_hook" "terminate" {
  name                   = local.hook_names.terminate
  autoscaling_group_name = aws_autoscaling_group.this.name
  lifecycle_transition   = "autoscaling:EC2_INSTANCE_TERMINATING"
  heartbeat_timeout      = var.terminate_hook_timeout_sec
  default_result         = "CONTINUE"
}
