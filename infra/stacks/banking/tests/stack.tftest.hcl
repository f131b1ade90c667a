mock_provider "aws" {
  source = "../../tests/mocks"
}

variables {
  runbook_url      = "https://example.com/docs/runbook.md"
  image_tag        = "h-0123456789ab"
  worker_bundle    = { key = "worker/0123456789ab.tar.gz", sha256 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" }
  functions_bundle = { key = "functions/0123456789ab.zip", sha256_base64 = "MDEyMzQ1Njc4OWFiY2RlZg==" }
}

run "plans_with_the_scenario_beside_it" {
  command = plan

  assert {
    condition     = output.group_name == "banking-sqs-dev-workers"
    error_message = "The group has another name than the publisher's metrics."
  }
  assert {
    condition     = module.settings.backlog_target == 100
    error_message = "The policy holds another backlog than 100 messages an instance."
  }
  assert {
    condition     = module.settings.terminate_hook_timeout_sec >= module.settings.drain_limit_sec
    error_message = "The hook gives up before the worker does."
  }
}

run "plans_without_functions_and_with_aws_s_own_metrics" {
  command = plan

  variables {
    functions_bundle = null
    metric_source    = "math"
  }

  assert {
    condition     = output.api_url == null && output.services.cluster == null
    error_message = "There is an API without code, or a cluster for nobody."
  }
}

run "refuses_an_environment_that_it_does_not_know" {
  command = plan

  variables {
    environment = "test"
  }

  expect_failures = [var.environment]
}

run "refuses_a_misspelt_region" {
  command = plan

  variables {
    aws_region = "Frankfurt"
  }

  expect_failures = [var.aws_region]
}
