terraform {
  required_version = ">= 1.10"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.25"
    }
  }

  # Bucket, key and region come from infra/scripts/deploy, which also makes the bucket.
  backend "s3" {}
}

provider "aws" {
  region = var.aws_region

  default_tags {
    tags = {
      Project     = var.project_name
      Environment = var.environment
      ManagedBy   = "terraform"
      Stack       = basename(path.root)
    }
  }

  # By which scalers agree on who acts; theirs, not ours.
  ignore_tags {
    keys = ["headroom:scaler"]
  }
}
