import { meanSec } from "../kernel/distributions.ts";
import type { DurationSpec, Scenario } from "../scenario/schema.ts";
import { editedScenario, valueAt, type Edit } from "./edits.ts";
import { meanLaunchSec } from "./launch-time.ts";

/** A change that somebody would ask about next. */
export interface WhatIf {
  /** Names the question, "launch". */
  readonly id: string;
  /** As a person would ask it: "What if an instance worked 30 s after its launch?" */
  readonly question: string;
  readonly edits: readonly Edit[];
}

/** What a quick launch takes, from the decision to the first receive. */
const QUICK_LAUNCH_SEC = 30;

/**
 * The questions that a scenario raises, each a change of one thing: how soon instances work, how many are there from the
 * start and at most, what the policy aims at and how late it knows, and whether another policy would do better. Changes
 * that the scenario does not allow are left out.
 */
export function whatIfs(scenario: Scenario): WhatIf[] {
  const asks =
    scenario.fleet.platform === "lambda" ? [maximum, slots] : [launch, minimum, maximum, always, target, slots, sooner, otherPolicy];
  return asks.flatMap((ask) => {
    const asked = ask(scenario);
    if (asked === undefined) return [];
    const edited = editedScenario(scenario, asked.edits);
    if (edited === undefined) return [];
    // As it was read: with every default filled in.
    return [{ ...asked, edits: asked.edits.map(({ path }) => ({ path, value: valueAt(edited, path) })) }];
  });
}

function launch(scenario: Scenario): WhatIf | undefined {
  const { fleet } = scenario;
  const isTask = fleet.platform === "fargate";
  const nowSec = meanLaunchSec(scenario);
  if (nowSec <= QUICK_LAUNCH_SEC * 1.2 || fleet.min === fleet.max) return undefined;
  const factor = QUICK_LAUNCH_SEC / nowSec;
  const shortened = (path: string, spec: DurationSpec): Edit => ({
    path,
    value: { kind: "constant", sec: rounded(meanSec(spec) * factor) },
  });
  const edits = [
    { path: "fleet.activityDelaySec", value: rounded(fleet.activityDelaySec * factor) },
    { path: "fleet.launchCallSec", value: rounded(fleet.launchCallSec * factor) },
    isTask ? shortened("fleet.task.start", fleet.task.start) : shortened("fleet.pending", fleet.pending),
    ...(isTask ? [{ path: "fleet.task.attachSec", value: rounded(fleet.task.attachSec * factor) }] : []),
    shortened("fleet.boot", fleet.boot),
    shortened("fleet.application", fleet.application),
  ];
  return { id: "launch", question: `What if launches took ${String(QUICK_LAUNCH_SEC)} s?`, edits };
}

function minimum({ fleet }: Scenario): WhatIf | undefined {
  const min = Math.max(fleet.min + 1, Math.round((fleet.min + fleet.max) / 2));
  if (min >= fleet.max) return undefined;
  return { id: "minimum", question: `What if ${String(min)} instances were always there?`, edits: [{ path: "fleet.min", value: min }] };
}

function maximum({ fleet }: Scenario): WhatIf {
  const max = Math.max(1, fleet.max * 2);
  return { id: "maximum", question: `What if the maximum were ${String(max)} instances?`, edits: [{ path: "fleet.max", value: max }] };
}

function always({ fleet }: Scenario): WhatIf | undefined {
  if (fleet.min === fleet.max) return undefined;
  const question = `What if all ${String(fleet.max)} instances ran all the time?`;
  return { id: "always", question, edits: [{ path: "fleet.min", value: fleet.max }] };
}

function target({ policy }: Scenario): WhatIf | undefined {
  if (!("target" in policy)) return undefined;
  const value = rounded(policy.target / 2);
  return { id: "target", question: `What if the target were ${String(value)}?`, edits: [{ path: "policy.target", value }] };
}

function slots({ worker }: Scenario): WhatIf {
  const value = worker.slots * 2;
  const question = `What if an instance had ${String(value)} slots and kept its speed?`;
  return { id: "slots", question, edits: [{ path: "worker.slots", value }] };
}

function sooner({ policy, metrics }: Scenario): WhatIf | undefined {
  if (READS_QUEUE.has(policy.kind) || (metrics.periodSec === 10 && metrics.lagSec <= 5)) return undefined;
  const edits = [
    { path: "metrics.periodSec", value: 10 },
    { path: "metrics.lagSec", value: Math.min(5, metrics.lagSec) },
    ...("metric" in policy ? [{ path: "policy.metric", value: heldBetweenMinutes(policy.metric) }] : []),
  ];
  return { id: "sooner", question: "What if the metric came every 10 s?", edits };
}

/**
 * The group's own figures come once a minute whatever the queue's do: without them five of six datapoints would be missing,
 * and no alarm would ever have its three (AWS: policy-creating-high-resolution-metrics).
 */
function heldBetweenMinutes(metric: string): string {
  return metric.replace(/(FILL\(\s*)?\b(inService|running|desired)\b/g, (found, filled: string | undefined, name: string) =>
    filled === undefined ? `FILL(${name}, REPEAT)` : found,
  );
}

/** Policies that do not wait for a published metric. */
const READS_QUEUE: ReadonlySet<string> = new Set(["exact-backlog", "headroom", "keda-hpa", "scheduled", "predictive"]);

function otherPolicy({ policy }: Scenario): WhatIf | undefined {
  if (policy.kind === "headroom") return undefined;
  return {
    id: "policy",
    question: "What if Headroom's own policy scaled the fleet?",
    edits: [{ path: "policy", value: { kind: "headroom" } }],
  };
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
