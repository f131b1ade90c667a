import { METRIC_NAMES, policyOf, Reviewer, simulatedSurroundings, type Datapoint, type Scenario } from "../../../sim/index.ts";
import type { ManagedGroup } from "../autoscaling/managed-group.ts";
import type { PolicyAnswer } from "../autoscaling/scaling-policies.ts";
import type { MetricQuery } from "../cloudwatch/metric-queries.ts";
import type { LocalCloudWatch } from "../cloudwatch/local-cloudwatch.ts";
import type { FleetFigures } from "./fleet-work.ts";
import type { ScenarioMetrics } from "./scenario-metrics.ts";

export interface DirectControllerOptions {
  readonly scenario: Scenario;
  readonly group: ManagedGroup;
  readonly cloudWatch: LocalCloudWatch;
  readonly metrics: ScenarioMetrics;
  /** Visible and in flight, by GetQueueAttributes. */
  readonly queue: () => { readonly visible: number; readonly inFlight: number };
  readonly fleet: () => FleetFigures;
  readonly warmUpMs: number;
  /** When the run began, milliseconds since 1970. */
  readonly originMs: number;
  readonly answered: (answer: PolicyAnswer) => void;
}

/** The scenario's policy on the real group: shown what CloudWatch, the queue and the workers tell, and carried out. */
export class DirectController {
  private readonly options: DirectControllerOptions;
  private readonly reviewer: Reviewer;
  private readonly queries: ReadonlyMap<string, readonly MetricQuery[]>;
  private readonly watched: readonly MetricQuery[];

  constructor(options: DirectControllerOptions) {
    const { scenario, cloudWatch, metrics } = options;
    this.options = options;
    // A schedule goes by the scenario's own time of day, as in its simulation.
    this.reviewer = new Reviewer(policyOf(scenario.policy, simulatedSurroundings(scenario)));
    this.queries = new Map(METRIC_NAMES.map((name) => [name, cloudWatch.readQueries([metrics.query(name)])]));
    this.watched = cloudWatch.readQueries(metrics.watching(watchedMetric(scenario)));
  }

  /** Reviews the capacity once, `now` milliseconds after the origin. Returns when the next review is due. */
  review(now: number): number {
    const { scenario, group, queue, fleet, warmUpMs, originMs, answered } = this.options;
    const at = group.settle();
    const capacity = group.capacity(at, warmUpMs);
    const { visible, inFlight } = queue();
    const { telemetry } = fleet();
    const review = this.reviewer.review(
      {
        metric: this.series(this.watched),
        published: Object.fromEntries([...this.queries].map(([name, queries]) => [name, this.series(queries)])),
        telemetry,
        backlog: { value: visible, at: now },
        inFlight: { value: inFlight, at: now },
        capacity,
      },
      now,
    );
    const { decision, fault } = review;
    if (decision === undefined) throw new Error(`The policy of the scenario has failed: ${fault ?? ""}`);
    const cause = `policy ${scenario.policy.kind} of Headroom decided`;
    if (decision.resize !== undefined) group.setLimits(decision.resize, cause, at);
    if (decision.desired !== group.fleet.desired) group.setDesired(decision.desired, cause, at);
    const { desired, reason, limitedBy } = decision;
    answered({
      groupName: group.name,
      policyName: scenario.policy.kind,
      before: capacity.desired,
      desired,
      reason,
      limitedBy,
      at: now + originMs,
    });
    return decision.nextReviewAt;
  }

  private series(queries: readonly MetricQuery[]): readonly Datapoint[] {
    return this.options.cloudWatch.newest(queries, PERIODS_SHOWN).map(({ at, value }) => ({ at: at - this.options.originMs, value }));
  }
}

/** The metric that is shown as the scaling metric: that of the first policy with one, as in the simulator. */
function watchedMetric({ policy }: Scenario): string {
  const singles = policy.kind === "composition" ? policy.policies : [policy];
  for (const single of singles) {
    if ("metric" in single) return single.metric;
    if ("rules" in single && single.rules[0] !== undefined) return single.rules[0].metric;
  }
  return "visible / inService";
}

const PERIODS_SHOWN = 32;
