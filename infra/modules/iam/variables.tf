variable "name" {
  description = "Name of the role; letters, digits and +=,.@_-, at most 64."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9+=,.@_-]{1,64}$", var.name))
    error_message = "name is ${var.name}; give 1 to 64 letters, digits and +=,.@_-."
  }
}

variable "description" {
  description = "Who takes the role, and what for."
  type        = string
}

variable "services" {
  description = "Services of AWS that may take the role, as \"ec2.amazonaws.com\"."
  type        = list(string)

  validation {
    condition     = length(var.services) > 0 && alltrue([for service in var.services : endswith(service, ".amazonaws.com")])
    error_message = "services has to name services of AWS, as \"ec2.amazonaws.com\"."
  }
}

variable "statements" {
  description = "What the role may do, and nothing else: actions in full, resources by ARN. Resources of \"*\" are only for actions that AWS gives no finer resource, and why_any_resource says which."
  type = list(object({
    sid              = string
    actions          = list(string)
    resources        = list(string)
    why_any_resource = optional(string)
    conditions = optional(list(object({
      test     = string
      variable = string
      values   = list(string)
    })), [])
  }))

  validation {
    condition     = length(var.statements) > 0
    error_message = "A role that may do nothing is for nobody: give it statements, or leave it out."
  }
  validation {
    condition     = alltrue(flatten([for statement in var.statements : [for action in statement.actions : !strcontains(action, "*")]]))
    error_message = "Actions have to be named in full, without \"*\": ${join(", ", flatten(var.statements[*].actions))}."
  }
  validation {
    condition     = alltrue([for statement in var.statements : !contains(statement.resources, "*") || statement.why_any_resource != null])
    error_message = "A statement for all resources has to say why in why_any_resource."
  }
}

variable "managed_policy_arns" {
  description = "Policies of AWS that the role has besides; each is explained where it is given."
  type        = list(string)
  default     = []
}

variable "instance_profile" {
  description = "Whether EC2 instances take the role."
  type        = bool
  default     = false
}
