variable "name" {
  description = "Name of the system; alarms, dashboard and topic begin with it."
  type        = string
}

variable "queue" {
  description = "The queue, and its dead-letter queue (null for none), by name."
  type = object({
    name              = string
    dead_letters_name = optional(string)
  })
}

variable "group" {
  description = "The fleet: platform \"ec2\" with the name of the Auto Scaling group, or \"fargate\" with the names of service and cluster; minimum is what must not be fallen below."
  type = object({
    platform     = string
    name         = string
    cluster_name = optional(string)
    minimum      = number
  })
}

variable "backlog" {
  description = "The backlog per instance: where its parts are, as modules/scaling-metrics gives them; whether it is published; and the target that the policy holds (null when no policy follows it)."
  type = object({
    sources              = any
    backlog_per_instance = any
    is_published         = bool
    target               = optional(number)
  })
}

variable "services" {
  description = "ECS services whose CPU and memory are watched, by name; their cluster."
  type = object({
    cluster_name = string
    names        = list(string)
  })
  default = null
}

variable "load_balancer" {
  description = "The public load balancer, as CloudWatch calls it; null for none."
  type = object({
    arn_suffix              = string
    target_group_arn_suffix = string
  })
  default = null
}

variable "thresholds" {
  description = <<-EOT
    When alarms go off; docs/runbook.md says what to do then.
    - queue_depth: visible messages, for 3 minutes. oldest_message_sec: age of the oldest, seconds, for 2 minutes. dead_letters: messages in the dead-letter queue.
    - backlog_times_target: backlog per instance, as a multiple of the policy's target, for 2 minutes.
    - empty_receives: receives without a message in 5 minutes; null for no such alarm, because a fleet that waits has them all the time.
    - server_errors, client_errors: answers of 500 and above, of 400 to 499, in 5 minutes. latency_sec: mean time to answer, seconds. least_requests: requests in 5 minutes, for 15 minutes; null for no such alarm.
    - cpu_percent, memory_percent: of the reservation, for 10 minutes.
  EOT
  type = object({
    queue_depth          = optional(number, 1000)
    oldest_message_sec   = optional(number, 300)
    dead_letters         = optional(number, 10)
    backlog_times_target = optional(number, 2)
    empty_receives       = optional(number)
    server_errors        = optional(number, 10)
    client_errors        = optional(number, 100)
    latency_sec          = optional(number, 5)
    least_requests       = optional(number)
    cpu_percent          = optional(number, 80)
    memory_percent       = optional(number, 85)
  })
  default = {}

  validation {
    condition     = alltrue([for value in values(var.thresholds) : value == null ? true : value >= 0])
    error_message = "Thresholds are numbers from 0 on."
  }
  validation {
    condition     = var.thresholds.cpu_percent <= 100 && var.thresholds.memory_percent <= 100
    error_message = "thresholds.cpu_percent and thresholds.memory_percent are at most 100 %."
  }
}

variable "alarm_emails" {
  description = "Who is told: e-mail addresses, each of which has to confirm once. More can be subscribed to the topic by hand."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for address in var.alarm_emails : can(regex("^[^@\\s]+@[^@\\s]+$", address))])
    error_message = "alarm_emails has to hold e-mail addresses."
  }
}

variable "runbook_url" {
  description = "Address of docs/runbook.md as your people reach it; the name of the alarm is put behind it."
  type        = string

  validation {
    condition     = can(regex("^https://", var.runbook_url)) && !strcontains(var.runbook_url, "#")
    error_message = "runbook_url is ${var.runbook_url}; give an https address without #."
  }
}
