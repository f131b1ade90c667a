variable "name" {
  description = "Name of the load balancer; at most 28 letters, digits and -."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9-]{1,28}$", var.name))
    error_message = "name is ${var.name}; give 1 to 28 letters, digits and -."
  }
}

variable "vpc" {
  description = "The network: id, cidr, and its public subnets, in two zones or more."
  type = object({
    id                = string
    cidr              = string
    public_subnet_ids = list(string)
  })

  validation {
    condition     = length(var.vpc.public_subnet_ids) >= 2
    error_message = "A load balancer needs subnets in two zones or more."
  }
}

variable "port" {
  description = "Port of the program behind it; 1 to 65,535."
  type        = number

  validation {
    condition     = var.port >= 1 && var.port <= 65535
    error_message = "port is ${var.port}; give 1 to 65535."
  }
}

variable "health_path" {
  description = "Path that answers 200 when all is well."
  type        = string
  default     = "/health"
}

variable "certificate_arn" {
  description = "Certificate for HTTPS; plain HTTP is then redirected. Null for HTTP only: for trials, or behind CloudFront."
  type        = string
  default     = null
}

variable "only_from_cloudfront" {
  description = "Whether CloudFront alone may call it, instead of everybody."
  type        = bool
  default     = false
}

variable "deletion_protection" {
  description = "Whether it has to be unprotected before it can be deleted."
  type        = bool
  default     = false
}
