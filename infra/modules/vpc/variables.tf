variable "name" {
  description = "Name of the network, and the beginning of the names of its parts."
  type        = string
}

variable "cidr" {
  description = "Addresses of the network: an IPv4 block of /16. Public subnets take its parts 1, 2, …, private ones 10, 11, …, database ones 20, 21, … of /24 each."
  type        = string
  default     = "10.0.0.0/16"

  validation {
    condition     = can(cidrhost(var.cidr, 0)) && endswith(var.cidr, "/16")
    error_message = "cidr is ${var.cidr}; give an IPv4 block that ends in /16."
  }
}

variable "zones" {
  description = "Availability Zones that the network spans; 2 to 6, because load balancers and databases need two."
  type        = number
  default     = 2

  validation {
    condition     = var.zones >= 2 && var.zones <= 6
    error_message = "zones is ${var.zones}; give 2 to 6 zones."
  }
}

variable "egress" {
  description = "How private subnets reach AWS: \"nat-per-zone\" (survives the loss of a zone), \"nat-single\" (half the price) or \"endpoints\" (no way to the internet at all)."
  type        = string
  default     = "nat-single"

  validation {
    condition     = contains(["nat-per-zone", "nat-single", "endpoints"], var.egress)
    error_message = "egress is ${var.egress}; give \"nat-per-zone\", \"nat-single\" or \"endpoints\"."
  }
}

variable "interface_endpoints" {
  description = "Services reached by an interface endpoint in the private subnets, as \"sqs\"; each costs by the hour and zone. With egress \"endpoints\" all that instances need have to be here."
  type        = list(string)
  default     = ["sqs"]
}

variable "database_subnets" {
  description = "Whether there are subnets for a database, without any way out."
  type        = bool
  default     = false
}

variable "log_retention_days" {
  description = "How long the flow log is kept; days, one of those that CloudWatch has."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731], var.log_retention_days)
    error_message = "log_retention_days is ${var.log_retention_days}; give 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545 or 731."
  }
}
