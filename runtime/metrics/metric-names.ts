import names from "./metric-names.json" with { type: "json" };

/** The names under which Headroom publishes: the same file that Terraform reads for its alarms and policies. */
export const OWN_NAMESPACE = names.namespace;
export const OWN_METRICS = names.metrics;
/** Of the queue, then of the group. */
export const OWN_DIMENSIONS = names.dimensions as [string, string];

export type OwnMetric = keyof typeof OWN_METRICS;

export function unitOf(metric: OwnMetric): string {
  return (names.units as Readonly<Record<string, string>>)[OWN_METRICS[metric]] ?? "None";
}
