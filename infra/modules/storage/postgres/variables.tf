variable "name" {
  description = "Name of the database server; at most 60 lower-case letters, digits and -."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,59}$", var.name))
    error_message = "name is ${var.name}; give 1 to 60 lower-case letters, digits and -, a letter first."
  }
}

variable "database_name" {
  description = "Name of the database in it."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9_]{0,62}$", var.database_name))
    error_message = "database_name is ${var.database_name}; give 1 to 63 lower-case letters, digits and _, a letter first."
  }
}

variable "vpc_id" {
  description = "Network of the database."
  type        = string
}

variable "subnet_ids" {
  description = "Database subnets, in two zones or more."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "A database needs subnets in two zones or more."
  }
}

variable "callers" {
  description = "Security groups that may call it, by name."
  type        = map(string)
}

variable "engine_version" {
  description = "Major version of PostgreSQL; smaller ones are installed in the maintenance window."
  type        = string
  default     = "15"
}

variable "instance_class" {
  description = "Size of the server, as \"db.t4g.micro\"."
  type        = string
  default     = "db.t4g.micro"
}

variable "storage_gb" {
  description = "Storage at first; GB, 20 to 65,536. It grows to ten times that by itself."
  type        = number
  default     = 20

  validation {
    condition     = var.storage_gb >= 20 && var.storage_gb <= 65536
    error_message = "storage_gb is ${var.storage_gb} GB; give 20 to 65536 GB."
  }
}

variable "multi_az" {
  description = "Whether a second server in another zone stands by; twice the price."
  type        = bool
  default     = false
}

variable "backup_days" {
  description = "How long backups are kept; days, 1 to 35."
  type        = number
  default     = 7

  validation {
    condition     = var.backup_days >= 1 && var.backup_days <= 35
    error_message = "backup_days is ${var.backup_days}; give 1 to 35 days."
  }
}

variable "disposable" {
  description = "Whether it may be destroyed without protection and without a last snapshot: for trials."
  type        = bool
  default     = false
}
