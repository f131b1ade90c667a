variable "name" {
  description = "Name of the system; repositories and bucket begin with it."
  type        = string
}

variable "repositories" {
  description = "Images that are kept, by the names of their programs: \"worker\", \"api\", \"headroom\"."
  type        = list(string)
}

variable "kept_images" {
  description = "How many images of a program are kept; 2 to 1,000, so that there is one to go back to."
  type        = number
  default     = 10

  validation {
    condition     = var.kept_images >= 2 && var.kept_images <= 1000
    error_message = "kept_images is ${var.kept_images}; give 2 to 1000."
  }
}

variable "disposable" {
  description = "Whether everything may be destroyed with what is in it: for trials."
  type        = bool
  default     = false
}
