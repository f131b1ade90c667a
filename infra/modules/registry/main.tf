resource "aws_ecr_repository" "this" {
  for_each = toset(var.repositories)

  name = "${var.name}/${each.value}"
  # A tag names what is in the image, and stays what it is.
  image_tag_mutability = "IMMUTABLE"
  force_delete         = var.disposable

  encryption_configuration {
    encryption_type = "KMS"
  }

  image_scanning_configuration {
    scan_on_push = true
  }
}

resource "aws_ecr_lifecycle_policy" "this" {
  for_each = aws_ecr_repository.this

  repository = each.value.name
  policy = jsonencode({
    rules = [{
      rulePriority = 1
      description  = "Keep the newest ${var.kept_images} images"
      selection    = { tagStatus = "any", countType = "imageCountMoreThan", countNumber = var.kept_images }
      action       = { type = "expire" }
    }]
  })
}

# Bundles for EC2 and Lambda, each under the hash of its content.
module "bundles" {
  source = "../storage/bucket"

  name            = "${var.name}-bundles"
  noncurrent_days = 90
  disposable      = var.disposable
}
