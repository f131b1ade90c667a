output "id" {
  description = "Id of the network."
  value       = aws_vpc.this.id
}

output "cidr" {
  description = "Addresses of the network."
  value       = aws_vpc.this.cidr_block
}

output "public_subnet_ids" {
  description = "Ids of the public subnets, in the order of the zones."
  value       = [for zone in local.zones : aws_subnet.public[zone].id]
}

output "private_subnet_ids" {
  description = "Ids of the private subnets, in the order of the zones."
  value       = [for zone in local.zones : aws_subnet.private[zone].id]
}

output "database_subnet_ids" {
  description = "Ids of the database subnets, in the order of the zones; empty without any."
  value       = [for zone in local.zones : aws_subnet.database[zone].id if var.database_subnets]
}
