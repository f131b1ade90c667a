variable "name" {
  description = "Name of the API and its function; at most 40 letters, digits and -."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9-]{1,40}$", var.name))
    error_message = "name is ${var.name}; give 1 to 40 letters, digits and -."
  }
}

variable "routes" {
  description = "Methods and paths that are handed to the function, as \"POST /transactions\"."
  type        = list(string)

  validation {
    condition     = alltrue([for route in var.routes : can(regex("^(GET|POST|PUT|PATCH|DELETE) /", route))])
    error_message = "Routes look like \"POST /transactions\"."
  }
}

variable "artifact" {
  description = "The function's code: bucket and key of a .zip whose handler is index.handler, and its SHA-256 in base64."
  type = object({
    bucket        = string
    key           = string
    sha256_base64 = string
  })
}

variable "environment" {
  description = "Environment variables of the function. No secrets."
  type        = map(string)
}

variable "statements" {
  description = "What the function may do, as the statements of modules/iam."
  type        = any
}

variable "memory_mb" {
  description = "Memory of the function; MB, 128 to 10,240. Its CPU grows with it."
  type        = number
  default     = 512

  validation {
    condition     = var.memory_mb >= 128 && var.memory_mb <= 10240
    error_message = "memory_mb is ${var.memory_mb} MB; give 128 to 10240 MB."
  }
}

variable "timeout_sec" {
  description = "How long the function may take; seconds, 1 to 29: the API gives up after 30."
  type        = number
  default     = 10

  validation {
    condition     = var.timeout_sec >= 1 && var.timeout_sec <= 29
    error_message = "timeout_sec is ${var.timeout_sec} s; give 1 to 29 s."
  }
}

variable "requests_per_sec" {
  description = "Requests that are let through, and half as many more in a burst; 1 to 10,000 a second."
  type        = number
  default     = 200

  validation {
    condition     = var.requests_per_sec >= 1 && var.requests_per_sec <= 10000
    error_message = "requests_per_sec is ${var.requests_per_sec}; give 1 to 10000."
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
