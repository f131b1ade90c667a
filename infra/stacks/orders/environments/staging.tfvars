# As prod, but for the price of a second NAT gateway.
egress             = "nat-single"
log_retention_days = 14
alarm_emails       = []
# runbook_url      = "https://…/docs/runbook.md"
