/** EC2 instances, dollars an hour (https://aws.amazon.com/ec2/pricing/on-demand/). `money.instancePerHourUsd` replaces it. */
export const INSTANCE_PER_HOUR_USD = {
  "t3.small": 0.0208,
  "t3.medium": 0.0416,
  "c7g.large": 0.0725,
  "m7i.large": 0.1008,
} as const satisfies Readonly<Record<string, number>>;
