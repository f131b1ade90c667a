# For trials: one NAT gateway, logs of a week. Everything can be destroyed with what is in it.
egress             = "nat-single"
log_retention_days = 7
alarm_emails       = []
# runbook_url      = "https://…/docs/runbook.md"
