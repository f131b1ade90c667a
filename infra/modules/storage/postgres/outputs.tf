output "endpoint" {
  description = "Host and port of the server."
  value       = { host = aws_db_instance.this.address, port = aws_db_instance.this.port, database = aws_db_instance.this.db_name }
}

output "secrets" {
  description = "DATABASE_USER and DATABASE_PASSWORD, as modules/fargate-service takes them."
  value = {
    for name, key in { DATABASE_USER = "username", DATABASE_PASSWORD = "password" } : name => {
      value_from                     = "${aws_db_instance.this.master_user_secret[0].secret_arn}:${key}::"
      arn                            = aws_db_instance.this.master_user_secret[0].secret_arn
      kind                           = "secret"
    }
  }
}

output "secret_arn" {
  description = "The secret that holds user and password, which RDS changes every seven days."
  value       = aws_db_instance.this.master_user_secret[0].secret_arn
}

output "read_secret_statements" {
  description = "What a program may do to read the secret anew, as modules/iam takes it."
  value = [{
    sid       = "ReadDatabaseSecret"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [aws_db_instance.this.master_user_secret[0].secret_arn]
  }]
}
