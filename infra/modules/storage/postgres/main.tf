resource "aws_db_subnet_group" "this" {
  name       = var.name
  subnet_ids = var.subnet_ids
}

resource "aws_security_group" "this" {
  name        = "${var.name}-database"
  description = "Database ${var.name}: called by the services, calls nobody"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "callers" {
  for_each = var.callers

  security_group_id            = aws_security_group.this.id
  description                  = "PostgreSQL, called by ${each.key}"
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
  referenced_security_group_id = each.value
}

resource "aws_db_parameter_group" "this" {
  name   = var.name
  family = "postgres${var.engine_version}"

  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }
}

resource "aws_db_instance" "this" {
  identifier             = var.name
  engine                 = "postgres"
  engine_version         = var.engine_version
  instance_class         = var.instance_class
  db_name                = var.database_name
  db_subnet_group_name   = aws_db_subnet_group.this.name
  parameter_group_name   = aws_db_parameter_group.this.name
  vpc_security_group_ids = [aws_security_group.this.id]
  publicly_accessible    = false
  multi_az               = var.multi_az

  # RDS makes the password, keeps it in Secrets Manager and changes it; it is in no file and no state of ours.
  username                    = "headroom"
  manage_master_user_password = true

  storage_type          = "gp3"
  storage_encrypted     = true
  allocated_storage     = var.storage_gb
  max_allocated_storage = var.storage_gb * 10

  backup_retention_period    = var.backup_days
  auto_minor_version_upgrade = true
  copy_tags_to_snapshot      = true
  deletion_protection        = !var.disposable
  skip_final_snapshot        = var.disposable
  final_snapshot_identifier  = var.disposable ? null : "${var.name}-last"
}
