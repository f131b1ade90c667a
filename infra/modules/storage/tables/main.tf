resource "aws_dynamodb_table" "this" {
  for_each = var.tables

  name                        = each.key
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = each.value.hash_key
  deletion_protection_enabled = var.deletion_protection

  attribute {
    name = each.value.hash_key
    type = "S"
  }

  # With AWS's own key for DynamoDB: seen in CloudTrail, no key to pay for.
  server_side_encryption {
    enabled = true
  }

  point_in_time_recovery {
    enabled = true
  }

  dynamic "ttl" {
    for_each = each.value.expires_attribute == null ? [] : [each.value.expires_attribute]
    content {
      attribute_name = ttl.value
      enabled        = true
    }
  }
}
