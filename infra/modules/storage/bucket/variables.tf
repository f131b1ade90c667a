variable "name" {
  description = "Name of the bucket; the account's number is put behind it, because names are unique in the world."
  type        = string
}

variable "kms" {
  description = "Whether it is encrypted with a key of its own, turned every year; otherwise with S3's."
  type        = bool
  default     = false
}

variable "versioning" {
  description = "Whether what is overwritten or deleted is kept for a while."
  type        = bool
  default     = true
}

variable "noncurrent_days" {
  description = "How long what was overwritten or deleted is kept; days, 1 to 3,650."
  type        = number
  default     = 30

  validation {
    condition     = var.noncurrent_days >= 1 && var.noncurrent_days <= 3650
    error_message = "noncurrent_days is ${var.noncurrent_days}; give 1 to 3650 days."
  }
}

variable "expire_days" {
  description = "When objects are deleted; days after they were written, null for never."
  type        = number
  default     = null
}

variable "tiering_days" {
  description = "When objects move to Intelligent-Tiering, which sinks with what is not read; days, null for never."
  type        = number
  default     = null
}

variable "disposable" {
  description = "Whether the bucket may be destroyed with all that is in it: for trials."
  type        = bool
  default     = false
}

variable "reader_distribution_arn" {
  description = "CloudFront distribution that may read it; null for none."
  type        = string
  default     = null
}
