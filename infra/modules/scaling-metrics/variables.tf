variable "queue_name" {
  description = "Name of the queue whose metrics are meant."
  type        = string
}

variable "group" {
  description = "The fleet whose size is meant: platform \"ec2\" with the name of the Auto Scaling group, or \"fargate\" with the name of the service and its cluster."
  type = object({
    platform     = string
    name         = string
    cluster_name = optional(string)
  })

  validation {
    condition     = var.group.platform == "ec2" || (var.group.platform == "fargate" && var.group.cluster_name != null)
    error_message = "group.platform has to be \"ec2\", or \"fargate\" with a cluster_name."
  }
}

variable "statistic" {
  description = "What two samples of SQS in one minute come to: \"maximum\", \"sum\" or \"average\"."
  type        = string

  validation {
    condition     = contains(["maximum", "sum", "average"], var.statistic)
    error_message = "statistic is ${var.statistic}; give \"maximum\", \"sum\" or \"average\"."
  }
}
