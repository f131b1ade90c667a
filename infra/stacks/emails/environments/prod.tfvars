# Survives the loss of a zone. Tables, databases and load balancers are protected from being deleted.
egress             = "nat-per-zone"
log_retention_days = 30
alarm_emails       = []
# runbook_url      = "https://…/docs/runbook.md"
