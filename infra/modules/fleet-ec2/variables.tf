variable "name" {
  description = "Name of the Auto Scaling group, and the beginning of the names of its parts; at most 40 letters, digits and -."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9-]{1,40}$", var.name))
    error_message = "name is ${var.name}; give 1 to 40 letters, digits and -."
  }
}

variable "vpc_id" {
  description = "Network of the instances."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets of the instances, one a zone."
  type        = list(string)
}

variable "fleet" {
  description = "The fleet's settings, as modules/settings gives them (output fleet)."
  type        = any
}

variable "policies" {
  description = "The policies that AWS carries out, as modules/settings gives them (output policies)."
  type        = any
}

variable "period_sec" {
  description = "Period of the scaling metrics, seconds: 60, or 10 or 30 with the published metric."
  type        = number

  validation {
    condition     = contains([10, 30, 60], var.period_sec)
    error_message = "period_sec is ${var.period_sec}; give 10, 30 or 60 s."
  }
}

variable "metric_source" {
  description = "What follows the backlog per instance: \"math\" (AWS's own metrics, divided in the policy) or \"published\" (the metric that `headroom metrics` writes)."
  type        = string
  default     = "math"

  validation {
    condition     = contains(["math", "published"], var.metric_source)
    error_message = "metric_source is ${var.metric_source}; give \"math\" or \"published\"."
  }
}

variable "scaling_metrics" {
  description = "Where the metrics are, as modules/scaling-metrics gives them (all its outputs)."
  type        = any
}

variable "drain_limit_sec" {
  description = "How long a worker has to finish its jobs when its instance has to go; seconds, 0 to 7,200."
  type        = number

  validation {
    condition     = var.drain_limit_sec >= 0 && var.drain_limit_sec <= 7200
    error_message = "drain_limit_sec is ${var.drain_limit_sec} s; give 0 to 7200 s."
  }
}

variable "terminate_hook_timeout_sec" {
  description = "How long the terminate hook waits for the worker to say that it has gone; seconds, 30 to 7,200. Not below drain_limit_sec, unless the worker asks for more time meanwhile."
  type        = number

  validation {
    condition     = var.terminate_hook_timeout_sec >= 30 && var.terminate_hook_timeout_sec <= 7200
    error_message = "terminate_hook_timeout_sec is ${var.terminate_hook_timeout_sec} s; give 30 to 7200 s."
  }
  validation {
    condition     = var.terminate_hook_timeout_sec >= var.drain_limit_sec || try(var.fleet.terminate_hook.sends_heartbeats, false)
    error_message = "The terminate hook waits ${var.terminate_hook_timeout_sec} s, and the worker may need ${var.drain_limit_sec} s to drain: raise the hook's timeout, or lower the drain limit."
  }
}

variable "queue" {
  description = "The queue to work on: name, url and arn; kms_key_arn when it is encrypted with a key of your own."
  type = object({
    name        = string
    url         = string
    arn         = string
    kms_key_arn = optional(string)
  })
}

variable "environment" {
  description = "Environment variables of the worker, besides those that name the queue and the group. No secrets: they can be read in the launch template."
  type        = map(string)
}

variable "processes" {
  description = "How many processes share the slots of an instance's worker; 1 to 64, or 0 for one a processor."
  type        = number
  default     = 1

  validation {
    condition     = var.processes >= 0 && var.processes <= 64 && floor(var.processes) == var.processes
    error_message = "processes is ${var.processes}; give a whole number from 1 to 64, or 0 for one a processor."
  }
  validation {
    condition     = var.processes <= tonumber(try(var.environment.SLOTS, 1000))
    error_message = "${var.processes} processes share ${try(var.environment.SLOTS, "-")} slots, and each needs one at least: give fewer processes, or the worker more slots."
  }
}

variable "artifact" {
  description = "The bundle that instances run: bucket and key of a .tar.gz with worker.js and the handler, and its SHA-256 in hexadecimal."
  type = object({
    bucket = string
    key    = string
    sha256 = string
  })

  validation {
    condition     = can(regex("^[0-9a-f]{64}$", var.artifact.sha256))
    error_message = "artifact.sha256 has to be 64 hexadecimal digits; infra/scripts/build writes it."
  }
}

variable "statements" {
  description = "What else the workers may do, as the statements of modules/iam."
  type        = any
  default     = []
}

variable "additional_instance_types" {
  description = "Types that may take the place of fleet.instance_type when there is none to be had; same architecture, similar size."
  type        = list(string)
  default     = []
}

variable "image_parameter" {
  description = "SSM parameter that names the machine image; null for the newest Amazon Linux 2023 of the right architecture. Read at each launch."
  type        = string
  default     = null
}

variable "node_package" {
  description = "Package of Amazon Linux 2023 that brings Node.js, 20 or later."
  type        = string
  default     = "nodejs22"
}

variable "health_load_balancer" {
  description = "Whether a load balancer within the network asks the workers' /health, and the group replaces those that do not answer; subnet_ids for it in two zones or more. Null for EC2's status checks only."
  type = object({
    subnet_ids = list(string)
    cidr       = string
  })
  default = null

  validation {
    condition     = var.health_load_balancer == null ? true : length(var.health_load_balancer.subnet_ids) >= 2
    error_message = "A load balancer needs subnets in two zones or more."
  }
}

variable "metrics_reader" {
  description = "Who reads the workers' figures from outside, the publisher or the scaler: its security group. Null for nobody."
  type        = object({ security_group_id = string })
  default     = null
}

variable "log_retention_days" {
  description = "How long the workers' logs are kept; days, one of those that CloudWatch has."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731], var.log_retention_days)
    error_message = "log_retention_days is ${var.log_retention_days}; give 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545 or 731."
  }
}
