variable "name" {
  description = "Name of the service; at most 28 letters, digits and -, because the load balancer has it too."
  type        = string
}

variable "cluster" {
  description = "Name and ARN of the cluster."
  type = object({
    name = string
    arn  = string
  })
}

variable "vpc" {
  description = "The network: id, cidr, public and private subnets."
  type = object({
    id                 = string
    cidr               = string
    public_subnet_ids  = list(string)
    private_subnet_ids = list(string)
  })
}

variable "image" {
  description = "The image: ARN of its ECR repository, and the address with its tag."
  type = object({
    repository_arn = string
    uri            = string
  })
}

variable "pipeline" {
  description = "The pipeline whose API it is, as in `headroom api NAME`."
  type        = string
}

variable "port" {
  description = "Port that the program listens on; 1 to 65,535."
  type        = number

  validation {
    condition     = var.port >= 1 && var.port <= 65535
    error_message = "port is ${var.port}; give 1 to 65535."
  }
}

variable "environment" {
  description = "Environment variables, besides those that every API has. No secrets."
  type        = map(string)
}

variable "secrets" {
  description = "Environment variables whose values are fetched when a task starts, as modules/fargate-service takes them."
  type        = any
  default     = {}
}

variable "egress" {
  description = "What the tasks may call, as modules/fargate-service takes it."
  type        = any
  default     = { "AWS, and what the program calls" = { port = 443 } }
}

variable "statements" {
  description = "What the program may do, as the statements of modules/iam."
  type        = any
}

variable "limits" {
  description = "Tasks, and when there are more: min, max, cpu_percent, requests_per_task (a minute; null not to look at them)."
  type = object({
    min               = number
    max               = number
    cpu_percent       = number
    requests_per_task = optional(number)
  })
}

variable "certificate_arn" {
  description = "Certificate of the load balancer for HTTPS; null for HTTP only."
  type        = string
  default     = null
}

variable "only_from_cloudfront" {
  description = "Whether CloudFront alone may call it."
  type        = bool
  default     = false
}

variable "protected" {
  description = "Whether the load balancer has to be unprotected before it can be deleted."
  type        = bool
  default     = false
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
