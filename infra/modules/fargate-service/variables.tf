variable "name" {
  description = "Name of the service, and the beginning of the names of its parts; at most 40 letters, digits and -."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9-]{1,40}$", var.name))
    error_message = "name is ${var.name}; give 1 to 40 letters, digits and -."
  }
}

variable "cluster_arn" {
  description = "ARN of the cluster."
  type        = string
}

variable "vpc_id" {
  description = "Network of the tasks."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets of the tasks, one a zone."
  type        = list(string)
}

variable "image" {
  description = "The image: ARN of its ECR repository, and the address with its tag."
  type = object({
    repository_arn = string
    uri            = string
  })
}

variable "entry_point" {
  description = "Program to start in place of the image's own; null for that."
  type        = list(string)
  default     = null
}

variable "command" {
  description = "Arguments for the image's program; empty for its own."
  type        = list(string)
  default     = []
}

variable "environment" {
  description = "Environment variables. No secrets: they can be read in the task definition."
  type        = map(string)
  default     = {}
}

variable "secrets" {
  description = "Environment variables whose values are fetched when a task starts: valueFrom of Secrets Manager or SSM, the arn that has to be readable for it, and whether it is a secret or a parameter."
  type = map(object({
    value_from = string
    arn        = string
    kind       = string
  }))
  default = {}

  validation {
    condition     = alltrue([for secret in values(var.secrets) : contains(["secret", "parameter"], secret.kind)])
    error_message = "secrets are of kind \"secret\" (Secrets Manager) or \"parameter\" (SSM)."
  }
}

variable "size" {
  description = "Size of a task: vcpu (0.25 to 16), memory_gb, architecture (\"x86\" or \"arm\"), storage_gb (20 to 200; 20 are free)."
  type = object({
    vcpu         = optional(number, 0.25)
    memory_gb    = optional(number, 0.5)
    architecture = optional(string, "x86")
    storage_gb   = optional(number, 20)
  })
  default = {}

  validation {
    condition     = contains([0.25, 0.5, 1, 2, 4, 8, 16], var.size.vcpu)
    error_message = "size.vcpu is ${var.size.vcpu}; give 0.25, 0.5, 1, 2, 4, 8 or 16."
  }
}

variable "stop_timeout_sec" {
  description = "From SIGTERM to SIGKILL; seconds, 2 to 120, Fargate's most."
  type        = number
  default     = 30

  validation {
    condition     = var.stop_timeout_sec >= 2 && var.stop_timeout_sec <= 120
    error_message = "stop_timeout_sec is ${var.stop_timeout_sec} s; give 2 to 120 s."
  }
}

variable "port" {
  description = "Port that the program listens on, and the path that answers 200 when all is well; null for a program that listens to nobody."
  type = object({
    number      = number
    health_path = optional(string, "/health")
  })
  default = null
}

variable "load_balancer" {
  description = "The load balancer whose target group the tasks join; null for none."
  type        = object({ target_group_arn = string })
  default     = null
}

variable "callers" {
  description = "Security groups that may call the port, by name."
  type        = map(string)
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

variable "initial_count" {
  description = "Tasks at first; from then on whoever scales owns the number. 0 to 10,000."
  type        = number
  default     = 1
}

variable "singleton" {
  description = "Whether two tasks must not run at the same time, not even during a deployment."
  type        = bool
  default     = false
}

variable "spot_percent" {
  description = "Share of Fargate Spot; whole percents, 0 to 100."
  type        = number
  default     = 0

  validation {
    condition     = var.spot_percent >= 0 && var.spot_percent <= 100 && floor(var.spot_percent) == var.spot_percent
    error_message = "spot_percent is ${var.spot_percent}; give a whole number from 0 to 100."
  }
}

variable "health_grace_sec" {
  description = "Time in which a new task may fail the load balancer's checks; seconds."
  type        = number
  default     = 60
}

variable "statements" {
  description = "What the program may do, as the statements of modules/iam."
  type        = any
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
