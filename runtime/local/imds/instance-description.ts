/**
 * What an instance can learn of itself. Its owner changes what changes; the server looks at every request.
 */
export interface InstanceDescription {
  /** Such as `i-0123456789abcdef0`. */
  readonly instanceId: string;
  readonly instanceType: string;
  readonly imageId: string;
  readonly accountId: string;
  readonly region: string;
  readonly availabilityZone: string;
  readonly privateIp: string;
  readonly purchase: "on-demand" | "spot";
  /** Milliseconds since 1970. */
  readonly launchedAt: number;
  /** Undefined for an instance without a role: it gets no credentials. */
  readonly roleName: string | undefined;
  /** As Auto Scaling wants the instance to become, such as `InService` or `Terminated`; undefined outside a group. */
  targetLifecycleState: string | undefined;
  /** The Spot interruption notice. */
  spotAction: { readonly action: "terminate" | "stop" | "hibernate"; readonly at: number } | undefined;
  /** When a rebalance was recommended. */
  rebalanceRecommendedAt: number | undefined;
}
