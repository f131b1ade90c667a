variable "name" {
  description = "Name of the service, and the beginning of the names of its parts; at most 40 letters, digits and -."
  type        = string
}

variable "role" {
  description = "What it does: \"scaler\" moves the group's desired capacity by a policy of Headroom's, \"metrics\" only publishes the metrics that AWS's policies follow."
  type        = string

  validation {
    condition     = contains(["scaler", "metrics"], var.role)
    error_message = "role is ${var.role}; give \"scaler\" or \"metrics\"."
  }
}

variable "cluster_arn" {
  description = "ARN of the cluster that it runs on."
  type        = string
}

variable "vpc" {
  description = "The network: id, cidr, and the private subnets."
  type = object({
    id         = string
    cidr       = string
    subnet_ids = list(string)
  })
}

variable "image" {
  description = "The image of the headroom command: ARN of its ECR repository, and the address with its tag."
  type = object({
    repository_arn = string
    uri            = string
  })
}

variable "queue" {
  description = "The queue that it watches: url and arn."
  type = object({
    url = string
    arn = string
  })
}

variable "group_name" {
  description = "Name of the Auto Scaling group that works on the queue."
  type        = string
}

variable "namespace" {
  description = "CloudWatch namespace that it publishes in, as modules/scaling-metrics gives it."
  type        = string
}

variable "period_sec" {
  description = "How often metrics are published; seconds, 10, 30 or 60."
  type        = number
  default     = 60

  validation {
    condition     = contains([10, 30, 60], var.period_sec)
    error_message = "period_sec is ${var.period_sec}; give 10, 30 or 60 s."
  }
}

variable "scenario" {
  description = "The scenario whose policy decides, as `headroom export terraform` writes it; null for role \"metrics\"."
  type        = any
  default     = null

  validation {
    condition     = var.role == "metrics" || var.scenario != null
    error_message = "A scaler needs the scenario whose policy it carries out: export it anew with `headroom export terraform`."
  }
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
