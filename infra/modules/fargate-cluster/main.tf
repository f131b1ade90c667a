resource "aws_ecs_cluster" "this" {
  name = var.name

  # RunningTaskCount, which the backlog is divided by, exists with Container Insights only.
  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

resource "aws_ecs_cluster_capacity_providers" "this" {
  cluster_name       = aws_ecs_cluster.this.name
  capacity_providers = ["FARGATE", "FARGATE_SPOT"]
}
