output "queue" {
  description = "The queue's settings, defaults filled in."
  value       = var.queue

  precondition {
    condition     = length(local.unknown) == 0
    error_message = "There is no such setting: ${join(", ", local.unknown)}. infra/modules/settings/variables.tf lists them."
  }
}

output "fleet" {
  description = "The fleet's settings, defaults filled in."
  value       = var.fleet
}

output "policies" {
  description = "The policies that AWS carries out; follows_backlog says of each, and of each of its rules, whether its metric is the backlog per instance."
  value       = [for policy in local.policies : policy if !contains(local.scaler_kinds, policy.kind)]
}

output "scaled_by" {
  description = "Who moves the desired capacity: \"aws\", by its policies, or \"scaler\"."
  value       = anytrue([for policy in var.policies : contains(local.scaler_kinds, policy.kind)]) ? "scaler" : "aws"
}

output "backlog_target" {
  description = "The backlog per instance that a target tracking policy holds; null when none follows it."
  value       = try([for policy in local.policies : policy.target if policy.follows_backlog && endswith(policy.kind, "target-tracking")][0], null)
}

output "metrics" {
  description = "The metrics' settings, defaults filled in."
  value       = var.metrics
}

output "worker_environment" {
  description = "Environment variables of the worker that do not depend on names of resources."
  value       = local.worker_environment
}

output "drain_limit_sec" {
  description = "How long a worker has to finish its jobs when it has to go, seconds."
  value       = local.drain_limit_sec
}

output "terminate_hook_timeout_sec" {
  description = "How long the terminate hook waits for the worker, seconds."
  value       = local.terminate_hook_timeout_sec
}
