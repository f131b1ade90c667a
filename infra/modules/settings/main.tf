locals {
  given_names = {
    queue   = keys(var.given.queue)
    worker  = keys(var.given.worker)
    fleet   = keys(var.given.fleet)
    metrics = keys(var.given.metrics)
  }
  known_names = {
    queue   = keys(var.queue)
    worker  = keys(var.worker)
    fleet   = keys(var.fleet)
    metrics = keys(var.metrics)
  }
  unknown = flatten([for section, names in local.given_names : [for name in setsubtract(names, local.known_names[section]) : "${section}.${name}"]])

  hook = var.fleet.terminate_hook
  # Worker and hook have to agree, or one of them waits for nothing: a hook of the scenario's is the time that there is, and
  # one that asks for more gets up to 100 times that (the worker itself stops at 7,200 s). Without one, the worker's limit
  # is, and the hook that we add is half a minute longer.
  drain_limit_sec = (
    var.fleet.platform == "fargate" ? var.fleet.task.stop_timeout_sec :
    local.hook == null ? var.worker.drain_limit_sec :
    local.hook.sends_heartbeats ? min(7200, local.hook.heartbeat_timeout_sec * 100) :
    local.hook.heartbeat_timeout_sec
  )
  terminate_hook_timeout_sec = local.hook == null ? max(30, min(7200, var.worker.drain_limit_sec + 30)) : local.hook.heartbeat_timeout_sec

  heartbeat = var.worker.heartbeat
  breaker   = var.worker.circuit_breaker
  # What is null is left out, and the worker's own default holds.
  optional_environment = {
    VISIBILITY_TIMEOUT_SEC   = var.worker.receive_visibility_timeout_sec
    HEARTBEAT_EXTEND_TO_SEC  = local.heartbeat == null ? null : local.heartbeat.extend_to_sec
    HEARTBEAT_MAX_SEC        = local.heartbeat == null ? null : local.heartbeat.max_sec
    RETRY_DELAY_SEC          = var.worker.retry_delay_sec
    CIRCUIT_BREAKER_FAILURES = local.breaker == null ? null : local.breaker.failures
    CIRCUIT_BREAKER_OPEN_SEC = local.breaker == null ? null : local.breaker.open_sec
    CIRCUIT_BREAKER_PROBES   = local.breaker == null ? null : local.breaker.probes
  }
  worker_environment = merge(
    {
      SLOTS                      = tostring(var.worker.slots)
      MAX_MESSAGES_PER_RECEIVE   = tostring(var.worker.max_messages_per_receive)
      CONCURRENT_RECEIVES        = tostring(var.worker.concurrent_receives)
      WAIT_TIME_SEC              = tostring(var.worker.wait_time_sec)
      DELETE_LINGER_MS           = tostring(floor(var.worker.delete_linger_sec * 1000 + 0.5))
      HEARTBEAT_EVERY_SEC        = tostring(local.heartbeat == null ? 0 : local.heartbeat.every_sec)
      RECEIVE_BACK_OFF_FIRST_SEC = tostring(var.worker.receive_back_off_first_sec)
      RECEIVE_BACK_OFF_MAX_SEC   = tostring(var.worker.receive_back_off_max_sec)
      DRAIN_LIMIT_SEC            = tostring(local.drain_limit_sec)
      SCALE_IN_PROTECTION        = var.fleet.protection == "while-busy" ? "on" : "off"
    },
    { for name, value in local.optional_environment : name => tostring(value) if value != null }
  )

  scaler_kinds = ["exact-backlog", "headroom"]

  # The expressions that say what `headroom metrics` publishes as one metric: messages per instance in service.
  backlog_per_instance = ["visible/inService", "visible/running", "visible/FILL(inService,REPEAT)"]
  policies = [for policy in var.policies : merge(policy, {
    follows_backlog = contains(local.backlog_per_instance, replace(coalesce(policy.metric, "-"), " ", ""))
    rules           = [for rule in policy.rules : merge(rule, { follows_backlog = contains(local.backlog_per_instance, replace(rule.metric, " ", "")) })]
  })]
}
