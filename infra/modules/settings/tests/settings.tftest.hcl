variables {
  queue    = {}
  worker   = {}
  fleet    = {}
  policies = [{ kind = "ec2-target-tracking", target = 100, metric = "visible / inService", metric_names = ["visible", "inService"] }]
  metrics  = {}
  given    = { queue = {}, worker = {}, fleet = {}, metrics = {} }
}

run "fills_in_the_defaults" {
  command = plan

  assert {
    condition     = output.drain_limit_sec == 120 && output.terminate_hook_timeout_sec == 150
    error_message = "The hook that is added does not wait a little longer than the worker drains."
  }
  assert {
    condition     = output.worker_environment["HEARTBEAT_EVERY_SEC"] == "0" && !contains(keys(output.worker_environment), "RETRY_DELAY_SEC")
    error_message = "What is null is not left to the worker."
  }
}

run "refuses_a_setting_that_it_does_not_know" {
  command = plan

  variables {
    given = { queue = { visibilty_timeout_sec = 60 }, worker = {}, fleet = {}, metrics = {} }
  }

  expect_failures = [output.queue]
}

run "refuses_dead_letters_that_go_sooner_than_messages" {
  command = plan

  variables {
    queue = { retention_sec = 1209600 }
  }

  expect_failures = [var.queue]
}

run "refuses_a_policy_of_the_other_platform" {
  command = plan

  variables {
    fleet = { platform = "fargate" }
  }

  expect_failures = [var.policies]
}
