mock_provider "aws" {
  source = "../../tests/mocks"
}

variables {
  runbook_url = "https://example.com/docs/runbook.md"
  images      = { worker = "w-0123456789ab", api = "a-0123456789ab" }
}

run "plans_with_the_scenario_beside_it" {
  command = plan

  assert {
    condition     = tolist(output.services.names) == tolist(["orders-dev-worker", "orders-dev-api"])
    error_message = "The services have other names than the deploy script knows."
  }
  assert {
    condition     = module.settings.drain_limit_sec == module.settings.fleet.task.stop_timeout_sec
    error_message = "A task is killed before its worker has drained."
  }
}

run "plans_without_an_api" {
  command = plan

  variables {
    images = { worker = "w-0123456789ab" }
  }

  assert {
    condition     = output.alb_dns_name == null
    error_message = "There is a load balancer for an API that is not there."
  }
}

run "refuses_an_environment_that_it_does_not_know" {
  command = plan

  variables {
    environment = "test"
  }

  expect_failures = [var.environment]
}
