variable "project_name" {
  description = "Beginning of all names; 3 to 20 lower-case letters, digits and -, a letter first."
  type        = string
  default     = "orders"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,19}$", var.project_name))
    error_message = "project_name is ${var.project_name}; give 3 to 20 lower-case letters, digits and -, a letter first."
  }
}

variable "environment" {
  description = "\"dev\", \"staging\" or \"prod\". Only prod is protected from being destroyed with its data."
  type        = string
  default     = "dev"

  validation {
    condition     = contains(["dev", "staging", "prod"], var.environment)
    error_message = "environment is ${var.environment}; give \"dev\", \"staging\" or \"prod\"."
  }
}

variable "aws_region" {
  description = "Region of AWS, as \"eu-central-1\"."
  type        = string
  default     = "us-west-2"

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.aws_region))
    error_message = "aws_region is ${var.aws_region}; give one as \"eu-central-1\"."
  }
}

# These six are written by `headroom export terraform`, into scenario.auto.tfvars.json; modules/settings says what is in
# them, and checks it.

variable "queue" {
  description = "The queue: types, times, receives. Seconds and counts; see modules/settings."
  type        = any
}

variable "worker" {
  description = "The worker: slots, receives, heartbeats, drain. Seconds and counts; see modules/settings."
  type        = any
}

variable "fleet" {
  description = "The fleet: platform, size, hooks, health. Seconds and counts; see modules/settings."
  type        = any
}

variable "policies" {
  description = "The scaling policies; see modules/settings."
  type        = any
}

variable "metrics" {
  description = "Period (seconds) and statistic of the scaling metrics; see modules/settings."
  type        = any
}

variable "scaler_scenario" {
  description = "The scenario that the scaler reads its policy from; null when AWS scales."
  type        = any
  default     = null
}

variable "egress" {
  description = "How private subnets reach AWS: \"nat-per-zone\", \"nat-single\" or \"endpoints\"; see modules/vpc."
  type        = string
  default     = "nat-single"
}

variable "interface_endpoints" {
  description = "Services that are reached without the internet, as \"sqs\"; see modules/vpc."
  type        = list(string)
  default     = ["sqs"]
}

variable "alarm_emails" {
  description = "Who is told of alarms: e-mail addresses."
  type        = list(string)
  default     = []
}

variable "alarm_thresholds" {
  description = "When alarms go off; see modules/observability."
  type        = any
  default     = {}
}

variable "runbook_url" {
  description = "Address of docs/runbook.md as your people reach it; alarms link to it."
  type        = string

  validation {
    condition     = can(regex("^https://", var.runbook_url))
    error_message = "runbook_url is ${var.runbook_url}; give an https address."
  }
}

variable "log_retention_days" {
  description = "How long logs are kept; days, one of those that CloudWatch has."
  type        = number
  default     = 30
}

variable "images" {
  description = "Tags of the images by program, as { worker = \"…\", api = \"…\" }; infra/scripts/build writes them. Without api there is no API, and nobody but the queue's own callers sends."
  type        = map(string)

  validation {
    condition     = contains(keys(var.images), "worker")
    error_message = "images has no worker: infra/scripts/build writes its tag."
  }
}

variable "handler" {
  description = "What the worker does with a message: the name of a pipeline, a file in its image whose default export is a handler, or \"emulate\" for pretended work."
  type        = string
  default     = "orders"
}

variable "processor_concurrency" {
  description = "How many orders a processor works on at the same time, 1 to 1,000 slots, in place of the scenario's; null for the scenario's."
  type        = number
  default     = null

  validation {
    condition     = var.processor_concurrency == null ? true : var.processor_concurrency >= 1 && var.processor_concurrency <= 1000 && floor(var.processor_concurrency) == var.processor_concurrency
    error_message = "processor_concurrency has to be a whole number from 1 to 1000, or null."
  }
}

variable "log_level" {
  description = "What is logged: \"debug\", \"info\", \"warn\" or \"error\"."
  type        = string
  default     = "info"

  validation {
    condition     = contains(["debug", "info", "warn", "error"], var.log_level)
    error_message = "log_level is ${var.log_level}; give \"debug\", \"info\", \"warn\" or \"error\"."
  }
}

variable "api_limits" {
  description = "How many tasks the API has, and when it gets more: min and max (0 to 1,000), cpu_percent (1 to 100) and requests_per_task (a minute, null not to look at them)."
  type = object({
    min               = optional(number, 2)
    max               = optional(number, 6)
    cpu_percent       = optional(number, 60)
    requests_per_task = optional(number)
  })
  default = {}

  validation {
    condition     = var.api_limits.min >= 0 && var.api_limits.max <= 1000 && var.api_limits.min <= var.api_limits.max
    error_message = "api_limits takes min and max of 0 to 1000, the minimum not above the maximum."
  }
  validation {
    condition     = var.api_limits.cpu_percent >= 1 && var.api_limits.cpu_percent <= 100
    error_message = "api_limits.cpu_percent is ${var.api_limits.cpu_percent}; give 1 to 100 %."
  }
}

variable "certificate_arn" {
  description = "Certificate of the load balancer for HTTPS; plain HTTP is then redirected. Null for HTTP only: for trials."
  type        = string
  default     = null
}
