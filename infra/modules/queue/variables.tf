variable "name" {
  description = "Name of the queue, without the .fifo that a FIFO queue gets; 1 to 70 letters, digits, _ and -."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,70}$", var.name))
    error_message = "name is ${var.name}; give 1 to 70 letters, digits, _ and -."
  }
}

variable "settings" {
  description = "The queue's settings, as modules/settings gives them (output queue)."
  type = object({
    type                      = string
    high_throughput           = bool
    visibility_timeout_sec    = number
    max_receive_count         = number
    retention_sec             = number
    dead_letter_retention_sec = number
    delay_sec                 = number
  })
}

variable "wait_time_sec" {
  description = "Long poll of receives that do not say how long; seconds, 0 to 20."
  type        = number
  default     = 20

  validation {
    condition     = var.wait_time_sec >= 0 && var.wait_time_sec <= 20
    error_message = "wait_time_sec is ${var.wait_time_sec} s; give 0 to 20 s."
  }
}

variable "kms_key_arn" {
  description = "Key of your own to encrypt with, in place of SQS's own (which costs nothing); null for SQS's."
  type        = string
  default     = null
}

variable "fan_in" {
  description = "Whether messages come by way of an SNS topic: raw_delivery hands them on without SNS's envelope. Null for none."
  type = object({
    raw_delivery = optional(bool, false)
  })
  default = null
}
