variable "tables" {
  description = "The tables by name: hash_key (a text), expires_attribute that holds the time, in seconds since 1970, at which an item may be deleted (null for never)."
  type = map(object({
    hash_key          = string
    expires_attribute = optional(string)
  }))
}

variable "deletion_protection" {
  description = "Whether tables have to be unprotected before they can be deleted."
  type        = bool
  default     = false
}
