variable "project_name" {
  description = "Beginning of all names; 3 to 20 lower-case letters, digits and -, a letter first."
  type        = string
  default     = "banking-sqs"

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
  default     = "eu-central-2"

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

variable "metric_source" {
  description = "What the policy follows: \"published\" (BacklogPerInstance, which `headroom metrics` writes) or \"math\" (AWS's own metrics, divided in the policy)."
  type        = string
  default     = "published"

  validation {
    condition     = contains(["published", "math"], var.metric_source)
    error_message = "metric_source is ${var.metric_source}; give \"published\" or \"math\"."
  }
}

variable "worker_bundle" {
  description = "What the instances run: key in the bundles' bucket and SHA-256 in hexadecimal; infra/scripts/build writes both."
  type        = object({ key = string, sha256 = string })
}

variable "functions_bundle" {
  description = "What the functions run, the API's and the one that reads dead letters: key in the bundles' bucket and SHA-256 in base64; null as long as there is none, and then there are no functions and no API."
  type        = object({ key = string, sha256_base64 = string })
  default     = null
}

variable "handler" {
  description = "What the worker does with a message: the name of a pipeline, a file in its bundle whose default export is a handler, or \"emulate\" for pretended work."
  type        = string
  default     = "transactions"
}

variable "worker_processes" {
  description = "How many processes share the slots of an instance's worker, each on a processor of its own; 1 to 64, or 0 for one a processor. Waiting needs one, computing more."
  type        = number
  default     = 1

  validation {
    condition     = var.worker_processes >= 0 && var.worker_processes <= 64 && floor(var.worker_processes) == var.worker_processes
    error_message = "worker_processes is ${var.worker_processes}; give a whole number from 1 to 64, or 0 for one a processor."
  }
}

variable "image_tag" {
  description = "Tag of the image of the headroom command; infra/scripts/build writes it."
  type        = string
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

variable "additional_instance_types" {
  description = "Types that may take the place of fleet.instance_type; same architecture, similar size."
  type        = list(string)
  default     = []
}

variable "record_dead_letters" {
  description = "Whether dead letters are moved into a table as they come. They cannot be redriven then, and the alarm on the dead-letter queue stays quiet."
  type        = bool
  default     = false
}
