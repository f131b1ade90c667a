variable "name" {
  description = "Name of the service, and the beginning of the names of its parts; at most 40 letters, digits and -."
  type        = string
}

variable "cluster" {
  description = "Name and ARN of the cluster."
  type = object({
    name = string
    arn  = string
  })
}

variable "vpc_id" {
  description = "Network of the tasks."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets of the tasks, one a zone."
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
  description = "Period of the scaling metrics, seconds. Application Auto Scaling evaluates them once a minute, so 60."
  type        = number

  validation {
    condition     = var.period_sec == 60
    error_message = "period_sec is ${var.period_sec}; Application Auto Scaling evaluates its metrics once a minute: give 60 s."
  }
}

variable "metric_source" {
  description = "What follows the backlog per task: \"math\" (AWS's own metrics, divided in the policy) or \"published\" (the metric that `headroom metrics` writes)."
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
  description = "How long a worker has to finish its jobs when its task is stopped; seconds, not above the task's stop timeout."
  type        = number

  validation {
    condition     = var.drain_limit_sec <= var.fleet.task.stop_timeout_sec
    error_message = "The task is killed after ${var.fleet.task.stop_timeout_sec} s, and the worker may need ${var.drain_limit_sec} s to drain: raise task.stop_timeout_sec, or lower the drain limit."
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

variable "image" {
  description = "The image: ARN of its ECR repository, and the address with its tag."
  type = object({
    repository_arn = string
    uri            = string
  })
}

variable "environment" {
  description = "Environment variables of the worker, besides those that name the queue. No secrets."
  type        = map(string)
}

variable "secrets" {
  description = "Environment variables whose values are fetched when a task starts, as modules/fargate-service takes them."
  type        = any
  default     = {}
}

variable "egress" {
  description = "What the tasks may call, by purpose: a TCP port, and the addresses, everywhere by default."
  type = map(object({
    port = number
    cidr = optional(string, "0.0.0.0/0")
  }))
  default = { "AWS, and what the program calls" = { port = 443 } }
}

variable "statements" {
  description = "What else the workers may do, as the statements of modules/iam."
  type        = any
  default     = []
}

variable "metrics_reader" {
  description = "Who reads the workers' figures from outside: its security group. Null for nobody."
  type        = object({ security_group_id = string })
  default     = null
}

variable "log_retention_days" {
  description = "How long logs are kept; days, one of those that CloudWatch has."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731], var.log_retention_days)
    error_message = "log_retention_days is ${var.log_retention_days}; give 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545 or 731."
  }
}
