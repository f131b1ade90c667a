variable "name" {
  description = "Name of the site; its parts begin with it."
  type        = string
}

variable "api" {
  description = "An API that the site calls under its own address: domain_name of its load balancer, and the path patterns that go there, as \"/jobs\" and \"/jobs/*\"; none of them may match a page of the site. Null for none."
  type = object({
    domain_name = string
    paths       = list(string)
  })
  default = null
}

variable "domain" {
  description = "Names of your own: aliases, and the ARN of a certificate for them in us-east-1. Null for CloudFront's name."
  type = object({
    aliases         = list(string)
    certificate_arn = string
  })
  default = null
}

variable "price_class" {
  description = "Where it is served from: \"PriceClass_100\" (Europe and North America), \"PriceClass_200\" or \"PriceClass_All\"."
  type        = string
  default     = "PriceClass_100"

  validation {
    condition     = contains(["PriceClass_100", "PriceClass_200", "PriceClass_All"], var.price_class)
    error_message = "price_class is ${var.price_class}; give \"PriceClass_100\", \"PriceClass_200\" or \"PriceClass_All\"."
  }
}

variable "disposable" {
  description = "Whether it may be destroyed with all that is in it: for trials."
  type        = bool
  default     = false
}
