# The sections of a scenario, as `headroom export terraform` writes them. Names, ranges and defaults are those of the
# scenario's schema (sim/scenario/sections), in Terraform's spelling; test/infra/settings.test.ts compares the two.

variable "given" {
  description = "The sections once more, unconverted, under their names: Terraform drops what an object type does not name, so a misspelt setting would go unnoticed otherwise."
  type        = any
  nullable    = false
}

variable "queue" {
  description = <<-EOT
    The queue.
    - type: "standard" or "fifo".
    - high_throughput: FIFO only: a throughput quota for each message group instead of one for the queue.
    - visibility_timeout_sec: how long a received message stays hidden; seconds, 0 to 43,200.
    - max_receive_count: receives before a message goes to the dead-letter queue; 1 to 1,000, 0 for no dead-letter queue.
    - retention_sec: how long a message is kept; seconds, 60 to 1,209,600.
    - dead_letter_retention_sec: the same for the dead-letter queue; longer than retention_sec, because on a standard queue the time counts from the first send.
    - delay_sec: how long a new message stays hidden; seconds, 0 to 900.
  EOT
  type = object({
    type                      = optional(string, "standard")
    high_throughput           = optional(bool, false)
    visibility_timeout_sec    = optional(number, 30)
    max_receive_count         = optional(number, 3)
    retention_sec             = optional(number, 345600)
    dead_letter_retention_sec = optional(number, 1209600)
    delay_sec                 = optional(number, 0)
  })
  nullable = false

  validation {
    condition     = contains(["standard", "fifo"], var.queue.type)
    error_message = "queue.type is ${var.queue.type}; give \"standard\" or \"fifo\"."
  }
  validation {
    condition     = var.queue.type == "fifo" || !var.queue.high_throughput
    error_message = "queue.high_throughput is for FIFO queues; set it to false, or queue.type to \"fifo\"."
  }
  validation {
    condition     = var.queue.visibility_timeout_sec >= 0 && var.queue.visibility_timeout_sec <= 43200
    error_message = "queue.visibility_timeout_sec is ${var.queue.visibility_timeout_sec} s; give 0 to 43200 s."
  }
  validation {
    condition     = var.queue.max_receive_count >= 0 && var.queue.max_receive_count <= 1000
    error_message = "queue.max_receive_count is ${var.queue.max_receive_count}; give 1 to 1000 receives, or 0 for no dead-letter queue."
  }
  validation {
    condition     = var.queue.retention_sec >= 60 && var.queue.retention_sec <= 1209600
    error_message = "queue.retention_sec is ${var.queue.retention_sec} s; give 60 to 1209600 s."
  }
  validation {
    condition     = var.queue.dead_letter_retention_sec >= 60 && var.queue.dead_letter_retention_sec <= 1209600
    error_message = "queue.dead_letter_retention_sec is ${var.queue.dead_letter_retention_sec} s; give 60 to 1209600 s."
  }
  validation {
    condition     = var.queue.max_receive_count == 0 || var.queue.dead_letter_retention_sec > var.queue.retention_sec
    error_message = "queue.dead_letter_retention_sec is ${var.queue.dead_letter_retention_sec} s, and has to be longer than queue.retention_sec, ${var.queue.retention_sec} s: a message that waited long in the queue would be gone from the dead-letter queue before anybody has seen it."
  }
  validation {
    condition     = var.queue.delay_sec >= 0 && var.queue.delay_sec <= 900
    error_message = "queue.delay_sec is ${var.queue.delay_sec} s; give 0 to 900 s."
  }
}

variable "worker" {
  description = <<-EOT
    The worker on each instance or task; its environment variables are made of this.
    - slots: jobs at the same time; 1 to 1,000.
    - max_messages_per_receive: 1 to 10.
    - concurrent_receives: receives that wait at the same time; 1 to 16.
    - wait_time_sec: long poll; seconds, 0 to 20.
    - receive_visibility_timeout_sec: visibility that receives ask for; seconds, 1 to 43,200, null for the queue's own.
    - delete_linger_sec: how long a finished message may wait to share a batched delete; seconds, 0 to 60, whole milliseconds.
    - heartbeat: null for none; every_sec (0.1 to 43,200), extend_to_sec (1 to 43,200), max_sec (1 to 43,200).
    - retry_delay_sec: visibility of a message whose job failed; seconds, 0 to 43,200, null to leave it as it is.
    - circuit_breaker: null for none; failures (1 to 10,000 jobs), open_sec (0.1 to 3,600), probes (1 to 100 jobs).
    - receive_back_off_first_sec, receive_back_off_max_sec: waits after failed receives; seconds, 0.01 to 60 and 0.01 to 900.
    - drain_limit_sec: how long running jobs may take when the instance has to go; seconds, 0 to 7,200.
  EOT
  type = object({
    slots                          = optional(number, 4)
    max_messages_per_receive       = optional(number, 10)
    concurrent_receives            = optional(number, 1)
    wait_time_sec                  = optional(number, 20)
    receive_visibility_timeout_sec = optional(number)
    delete_linger_sec              = optional(number, 0.2)
    heartbeat = optional(object({
      every_sec     = optional(number, 30)
      extend_to_sec = optional(number, 60)
      max_sec       = optional(number, 3600)
    }))
    retry_delay_sec = optional(number)
    circuit_breaker = optional(object({
      failures = optional(number, 5)
      open_sec = optional(number, 30)
      probes   = optional(number, 1)
    }))
    receive_back_off_first_sec = optional(number, 0.2)
    receive_back_off_max_sec   = optional(number, 20)
    drain_limit_sec            = optional(number, 120)
  })
  nullable = false

  validation {
    condition     = var.worker.slots >= 1 && var.worker.slots <= 1000
    error_message = "worker.slots is ${var.worker.slots}; give 1 to 1000 jobs."
  }
  validation {
    condition     = var.worker.max_messages_per_receive >= 1 && var.worker.max_messages_per_receive <= 10
    error_message = "worker.max_messages_per_receive is ${var.worker.max_messages_per_receive}; give 1 to 10 messages."
  }
  validation {
    condition     = var.worker.concurrent_receives >= 1 && var.worker.concurrent_receives <= 16
    error_message = "worker.concurrent_receives is ${var.worker.concurrent_receives}; give 1 to 16 calls."
  }
  validation {
    condition     = var.worker.wait_time_sec >= 0 && var.worker.wait_time_sec <= 20
    error_message = "worker.wait_time_sec is ${var.worker.wait_time_sec} s; give 0 to 20 s."
  }
  validation {
    condition     = var.worker.receive_visibility_timeout_sec == null ? true : var.worker.receive_visibility_timeout_sec >= 1 && var.worker.receive_visibility_timeout_sec <= 43200
    error_message = "worker.receive_visibility_timeout_sec has to be 1 to 43200 s, or null for the queue's own."
  }
  validation {
    condition     = var.worker.delete_linger_sec >= 0 && var.worker.delete_linger_sec <= 60
    error_message = "worker.delete_linger_sec is ${var.worker.delete_linger_sec} s; give 0 to 60 s."
  }
  validation {
    condition     = var.worker.heartbeat == null ? true : var.worker.heartbeat.every_sec >= 0.1 && var.worker.heartbeat.every_sec <= 43200 && var.worker.heartbeat.extend_to_sec >= 1 && var.worker.heartbeat.extend_to_sec <= 43200 && var.worker.heartbeat.max_sec >= 1 && var.worker.heartbeat.max_sec <= 43200
    error_message = "worker.heartbeat takes every_sec of 0.1 to 43200 s, extend_to_sec and max_sec of 1 to 43200 s."
  }
  validation {
    condition     = var.worker.heartbeat == null ? true : var.worker.heartbeat.every_sec < var.worker.heartbeat.extend_to_sec && var.worker.heartbeat.every_sec < coalesce(var.worker.receive_visibility_timeout_sec, var.queue.visibility_timeout_sec)
    error_message = "worker.heartbeat.every_sec has to be below worker.heartbeat.extend_to_sec and below the visibility timeout: the message would be visible again before its heartbeat."
  }
  validation {
    condition     = var.worker.retry_delay_sec == null ? true : var.worker.retry_delay_sec >= 0 && var.worker.retry_delay_sec <= 43200
    error_message = "worker.retry_delay_sec has to be 0 to 43200 s, or null."
  }
  validation {
    condition     = var.worker.circuit_breaker == null ? true : var.worker.circuit_breaker.failures >= 1 && var.worker.circuit_breaker.failures <= 10000 && var.worker.circuit_breaker.open_sec >= 0.1 && var.worker.circuit_breaker.open_sec <= 3600 && var.worker.circuit_breaker.probes >= 1 && var.worker.circuit_breaker.probes <= 100
    error_message = "worker.circuit_breaker takes failures of 1 to 10000, open_sec of 0.1 to 3600 s, probes of 1 to 100."
  }
  validation {
    condition     = var.worker.receive_back_off_first_sec >= 0.01 && var.worker.receive_back_off_first_sec <= 60 && var.worker.receive_back_off_max_sec <= 900 && var.worker.receive_back_off_max_sec >= var.worker.receive_back_off_first_sec
    error_message = "worker.receive_back_off_first_sec takes 0.01 to 60 s, and worker.receive_back_off_max_sec that much to 900 s."
  }
  validation {
    condition     = var.worker.drain_limit_sec >= 0 && var.worker.drain_limit_sec <= 7200
    error_message = "worker.drain_limit_sec is ${var.worker.drain_limit_sec} s; give 0 to 7200 s."
  }
}

variable "fleet" {
  description = <<-EOT
    The fleet. What belongs to the other platform is left alone.
    - platform: "ec2" or "fargate".
    - min, max: instances or tasks; 0 to 10,000. Nobody but whoever scales sets a desired number.
    - zones: Availability Zones that it is spread over; 1 to 6.
    - protection: "none", "while-busy" (a worker protects its instance or task from scale-in as long as a job runs) or, on EC2, "all".
    EC2:
    - instance_type: as "t3.medium".
    - zone_strategy: "balanced-best-effort" or "balanced-only": what happens when a zone has no capacity.
    - termination_policy: "default", "oldest-instance", "newest-instance", "closest-to-next-instance-hour" or "allocation-strategy".
    - launch_hook: null for none; heartbeat_timeout_sec (30 to 7,200), default_result ("abandon" or "continue").
    - terminate_hook: null for one that waits as long as worker.drain_limit_sec; heartbeat_timeout_sec (30 to 7,200), sends_heartbeats (asks for more time while it drains).
    - health_grace_sec: health checks count from then on; seconds, 0 to 7,200.
    - maintenance: null for none; min_healthy_percent (0 to 100), max_healthy_percent (100 to 200), at most 100 apart.
    - warm_pool: null for none; state ("stopped", "running", "hibernated"), min_size, max_prepared (null for the maximum of the group), reuse.
    - spot: null for none; share (0 to 1, whole percents), capacity_rebalancing.
    - volume_gb: encrypted gp3 root volume; GB, 8 to 16,384.
    Fargate:
    - task: vcpu (0.25 to 16), memory_gb (0.5 to 120), architecture ("x86" or "arm"), storage_gb (20 to 200), stop_timeout_sec (2 to 120, from SIGTERM to SIGKILL).
  EOT
  type = object({
    platform           = optional(string, "ec2")
    min                = optional(number, 2)
    max                = optional(number, 10)
    zones              = optional(number, 1)
    protection         = optional(string, "none")
    instance_type      = optional(string, "t3.medium")
    zone_strategy      = optional(string, "balanced-best-effort")
    termination_policy = optional(string, "default")
    launch_hook = optional(object({
      heartbeat_timeout_sec = optional(number, 3600)
      default_result        = optional(string, "abandon")
    }))
    terminate_hook = optional(object({
      heartbeat_timeout_sec = optional(number, 3600)
      sends_heartbeats      = optional(bool, false)
    }))
    health_grace_sec = optional(number, 0)
    maintenance = optional(object({
      min_healthy_percent = optional(number, 100)
      max_healthy_percent = optional(number, 110)
    }))
    warm_pool = optional(object({
      state        = optional(string, "stopped")
      min_size     = optional(number, 0)
      max_prepared = optional(number)
      reuse        = optional(bool, false)
    }))
    spot = optional(object({
      share                = optional(number, 0.5)
      capacity_rebalancing = optional(bool, false)
    }))
    volume_gb = optional(number, 8)
    task = optional(object({
      vcpu             = optional(number, 0.25)
      memory_gb        = optional(number, 0.5)
      architecture     = optional(string, "x86")
      storage_gb       = optional(number, 20)
      stop_timeout_sec = optional(number, 30)
    }), {})
  })
  nullable = false

  validation {
    condition     = contains(["ec2", "fargate"], var.fleet.platform)
    error_message = "fleet.platform is ${var.fleet.platform}; give \"ec2\" or \"fargate\"."
  }
  validation {
    condition     = var.fleet.min >= 0 && var.fleet.max <= 10000 && var.fleet.min <= var.fleet.max
    error_message = "fleet.min is ${var.fleet.min} and fleet.max ${var.fleet.max}; give 0 to 10000 instances, the minimum not above the maximum."
  }
  validation {
    condition     = var.fleet.zones >= 1 && var.fleet.zones <= 6
    error_message = "fleet.zones is ${var.fleet.zones}; give 1 to 6 zones."
  }
  validation {
    condition     = contains(["none", "while-busy"], var.fleet.protection) || (var.fleet.protection == "all" && var.fleet.platform == "ec2")
    error_message = "fleet.protection is ${var.fleet.protection}; give \"none\" or \"while-busy\", or \"all\" on EC2."
  }
  validation {
    condition     = contains(["balanced-best-effort", "balanced-only"], var.fleet.zone_strategy)
    error_message = "fleet.zone_strategy is ${var.fleet.zone_strategy}; give \"balanced-best-effort\" or \"balanced-only\"."
  }
  validation {
    condition     = contains(["default", "oldest-instance", "newest-instance", "closest-to-next-instance-hour", "allocation-strategy"], var.fleet.termination_policy)
    error_message = "fleet.termination_policy is ${var.fleet.termination_policy}; give \"default\", \"oldest-instance\", \"newest-instance\", \"closest-to-next-instance-hour\" or \"allocation-strategy\"."
  }
  validation {
    condition     = var.fleet.launch_hook == null ? true : var.fleet.launch_hook.heartbeat_timeout_sec >= 30 && var.fleet.launch_hook.heartbeat_timeout_sec <= 7200 && contains(["abandon", "continue"], var.fleet.launch_hook.default_result)
    error_message = "fleet.launch_hook takes heartbeat_timeout_sec of 30 to 7200 s and default_result of \"abandon\" or \"continue\"."
  }
  validation {
    condition     = var.fleet.terminate_hook == null ? true : var.fleet.terminate_hook.heartbeat_timeout_sec >= 30 && var.fleet.terminate_hook.heartbeat_timeout_sec <= 7200
    error_message = "fleet.terminate_hook.heartbeat_timeout_sec has to be 30 to 7200 s."
  }
  validation {
    condition     = var.fleet.health_grace_sec >= 0 && var.fleet.health_grace_sec <= 7200
    error_message = "fleet.health_grace_sec is ${var.fleet.health_grace_sec} s; give 0 to 7200 s."
  }
  validation {
    condition     = var.fleet.maintenance == null ? true : var.fleet.maintenance.min_healthy_percent >= 0 && var.fleet.maintenance.min_healthy_percent <= 100 && var.fleet.maintenance.max_healthy_percent >= 100 && var.fleet.maintenance.max_healthy_percent <= 200 && var.fleet.maintenance.max_healthy_percent - var.fleet.maintenance.min_healthy_percent <= 100
    error_message = "fleet.maintenance takes min_healthy_percent of 0 to 100 and max_healthy_percent of 100 to 200, at most 100 apart."
  }
  validation {
    condition     = var.fleet.warm_pool == null ? true : contains(["stopped", "running", "hibernated"], var.fleet.warm_pool.state)
    error_message = "fleet.warm_pool.state has to be \"stopped\", \"running\" or \"hibernated\"."
  }
  validation {
    condition     = var.fleet.warm_pool == null || var.fleet.spot == null ? true : var.fleet.spot.share == 0
    error_message = "A group with a warm pool cannot have Spot instances; set fleet.warm_pool or fleet.spot to null."
  }
  validation {
    condition     = var.fleet.spot == null ? true : var.fleet.spot.share >= 0 && var.fleet.spot.share <= 1 && abs(var.fleet.spot.share * 100 - floor(var.fleet.spot.share * 100 + 0.5)) < 0.000001
    error_message = "fleet.spot.share has to be 0 to 1 in whole percents."
  }
  validation {
    condition     = var.fleet.volume_gb >= 8 && var.fleet.volume_gb <= 16384
    error_message = "fleet.volume_gb is ${var.fleet.volume_gb} GB; give 8 GB, the least that Amazon Linux 2023 fits on, to 16384 GB."
  }
  validation {
    condition     = contains([0.25, 0.5, 1, 2, 4, 8, 16], var.fleet.task.vcpu) && var.fleet.task.memory_gb >= 0.5 && var.fleet.task.memory_gb <= 120
    error_message = "fleet.task takes vcpu of 0.25, 0.5, 1, 2, 4, 8 or 16 and memory_gb of 0.5 to 120."
  }
  validation {
    condition     = contains(["x86", "arm"], var.fleet.task.architecture) && var.fleet.task.storage_gb >= 20 && var.fleet.task.storage_gb <= 200
    error_message = "fleet.task takes architecture of \"x86\" or \"arm\" and storage_gb of 20 to 200."
  }
  validation {
    condition     = var.fleet.task.stop_timeout_sec >= 2 && var.fleet.task.stop_timeout_sec <= 120
    error_message = "fleet.task.stop_timeout_sec is ${var.fleet.task.stop_timeout_sec} s; give 2 to 120 s, Fargate's most."
  }
}

variable "policies" {
  description = <<-EOT
    The scaling policies. Several together grow the fleet to the largest that any wants, and shrink it when all want it.
    - kind: "ec2-target-tracking", "step", "simple", "scheduled" or "predictive" (EC2); "ecs-target-tracking", "step" or "scheduled" (Fargate); "exact-backlog" or "headroom" (EC2) for the scaler, which decides by itself, stands alone, and reads its settings from the scenario.
    - target: value of the metric to keep, above 0. metric: a metric-math expression, metric_names: the metrics that it names.
    - warm_up_sec, cooldown_sec, scale_out_cooldown_sec, scale_in_cooldown_sec: seconds, 0 to 3,600. disable_scale_in.
    - rules: of step and simple scaling, each with its alarm. actions: of scheduled scaling, at most 125.
    - messages_per_instance_hour, scheduling_buffer_sec (0 to 3,599), mode, max_capacity_breach, max_capacity_buffer_percent (0 to 100): of predictive scaling.
  EOT
  type = list(object({
    kind                        = string
    target                      = optional(number)
    metric                      = optional(string)
    metric_names                = optional(list(string), [])
    warm_up_sec                 = optional(number)
    cooldown_sec                = optional(number)
    scale_out_cooldown_sec      = optional(number)
    scale_in_cooldown_sec       = optional(number)
    disable_scale_in            = optional(bool, false)
    messages_per_instance_hour  = optional(number)
    scheduling_buffer_sec       = optional(number)
    mode                        = optional(string)
    max_capacity_breach         = optional(string)
    max_capacity_buffer_percent = optional(number)
    rules = optional(list(object({
      metric              = string
      metric_names        = list(string)
      comparison          = string
      threshold           = number
      datapoints_to_alarm = optional(number, 1)
      evaluation_periods  = optional(number, 1)
      missing_data        = optional(string, "missing")
      adjustment_type     = optional(string, "change")
      min_magnitude       = optional(number, 0)
      aggregation         = optional(string, "average")
      adjustment          = optional(number)
      steps = optional(list(object({
        lower      = optional(number)
        upper      = optional(number)
        adjustment = number
      })), [])
    })), [])
    actions = optional(list(object({
      cron    = string
      zone    = string
      min     = optional(number)
      max     = optional(number)
      desired = optional(number)
    })), [])
  }))
  nullable = false

  validation {
    condition     = length(var.policies) > 0 && length(var.policies) <= 50
    error_message = "Give 1 to 50 policies; for a fleet of fixed size set fleet.min to fleet.max."
  }
  validation {
    condition = alltrue([for policy in var.policies : contains(
      var.fleet.platform == "ec2" ? ["ec2-target-tracking", "step", "simple", "scheduled", "predictive", "exact-backlog", "headroom"] : ["ecs-target-tracking", "step", "scheduled"],
      policy.kind
    )])
    error_message = "A policy does not exist on ${var.fleet.platform}: ${join(", ", var.policies[*].kind)}."
  }
  validation {
    condition     = length(var.policies) == 1 || !anytrue([for policy in var.policies : contains(["exact-backlog", "headroom"], policy.kind)])
    error_message = "The scaler decides alone: leave \"exact-backlog\" or \"headroom\" the only policy."
  }
  validation {
    condition     = alltrue([for policy in var.policies : policy.target == null ? true : policy.target > 0])
    error_message = "A policy's target has to be above 0."
  }
  validation {
    condition     = alltrue(flatten([for policy in var.policies : [for seconds in [policy.warm_up_sec, policy.cooldown_sec, policy.scale_out_cooldown_sec, policy.scale_in_cooldown_sec] : seconds == null ? true : seconds >= 0 && seconds <= 3600]]))
    error_message = "Warm-ups and cooldowns have to be 0 to 3600 s."
  }
  validation {
    condition     = alltrue(flatten([for policy in var.policies : [for rule in policy.rules : contains(["above", "at-or-above", "below", "at-or-below"], rule.comparison) && contains(["missing", "ignore", "breaching", "not-breaching"], rule.missing_data) && rule.datapoints_to_alarm <= rule.evaluation_periods]]))
    error_message = "A rule takes comparison of \"above\", \"at-or-above\", \"below\" or \"at-or-below\", missing_data of \"missing\", \"ignore\", \"breaching\" or \"not-breaching\", and no more datapoints_to_alarm than evaluation_periods."
  }
}

variable "metrics" {
  description = <<-EOT
    The metrics that the policies follow.
    - period_sec: 60, or 10 or 30 with the published metric.
    - statistic: what two samples of SQS in one minute come to: "maximum", "sum" or "average".
  EOT
  type = object({
    period_sec = optional(number, 60)
    statistic  = optional(string, "maximum")
  })
  nullable = false

  validation {
    condition     = contains([10, 30, 60], var.metrics.period_sec)
    error_message = "metrics.period_sec is ${var.metrics.period_sec}; give 10, 30 or 60 s."
  }
  validation {
    condition     = contains(["maximum", "sum", "average"], var.metrics.statistic)
    error_message = "metrics.statistic is ${var.metrics.statistic}; give \"maximum\", \"sum\" or \"average\"."
  }
}
