import { parseCron } from "../core/policy/cron.ts";
import { parseMetric } from "../core/policy/metric-parse.ts";
import { quote, type Fault } from "./faults.ts";
import { dotted, memberOf, type Path } from "./fields.ts";
import { ZONE_NAMES, zoneNamed } from "./zones.ts";

/**
 * What the schema cannot say of policies: whether expressions, schedules and time zones can be read, and whether bounds
 * and counts go together. Whatever is no text or number is left to the schema.
 */
export function policyFaults(document: unknown): Fault[] {
  const policy = memberOf(document, "policy");
  const members = memberOf(policy, "policies");
  if (Array.isArray(members)) return members.flatMap((member, index) => faultsIn(member, ["policy", "policies", index]));
  return faultsIn(policy, ["policy"]);
}

function faultsIn(policy: unknown, path: Path): Fault[] {
  return [
    ...metricFaults(memberOf(policy, "metric"), [...path, "metric"]),
    ...each(policy, "rules", path, ruleFaults),
    ...each(policy, "actions", path, actionFaults),
  ];
}

function each(owner: unknown, name: string, path: Path, faultsOf: (value: unknown, path: Path) => Fault[]): Fault[] {
  const list = memberOf(owner, name);
  return Array.isArray(list) ? list.flatMap((value, index) => faultsOf(value, [...path, name, index])) : [];
}

function metricFaults(text: unknown, path: Path): Fault[] {
  if (typeof text !== "string" || text === "") return [];
  const parsed = parseMetric(text);
  if (parsed.ok) return [];
  const { at, problem } = parsed.fault;
  const place = `at character ${String(at + 1)} the expression ${problem}`;
  return [{ code: "syntax", path: dotted(path), column: at + 1, value: text, problem: place, mend: 'write it like "visible / inService"' }];
}

/** Of an alarm, and of the steps that a rule with an alarm may have. */
export function ruleFaults(rule: unknown, path: Path): Fault[] {
  const faults = metricFaults(memberOf(rule, "metric"), [...path, "metric"]);
  const datapoints = memberOf(rule, "datapointsToAlarm");
  const periods = memberOf(rule, "evaluationPeriods") ?? 1;
  if (typeof datapoints === "number" && typeof periods === "number" && datapoints > periods) {
    const problem = `${String(datapoints)} datapoints are more than the ${String(periods)} periods that are looked at`;
    const mend = `lower it to at most ${String(periods)}, or raise evaluationPeriods`;
    faults.push({
      code: "contradiction",
      path: dotted([...path, "datapointsToAlarm"]),
      value: datapoints,
      bound: { max: periods },
      problem,
      mend,
    });
  }
  return [...faults, ...stepFaults(memberOf(rule, "steps"), [...path, "steps"])];
}

/** Steps leave no gap and do not overlap (as-scaling-simple-step). */
function stepFaults(steps: unknown, path: Path): Fault[] {
  if (!Array.isArray(steps)) return [];
  const faults: Fault[] = [];
  const bounds = steps.map((step, index) => ({ index, lower: boundOf(step, "lower", -Infinity), upper: boundOf(step, "upper", Infinity) }));
  const sorted = [...bounds].sort((a, b) => a.lower - b.lower);
  for (const [place, { index, lower, upper }] of sorted.entries()) {
    const next = sorted[place + 1];
    if (upper <= lower) faults.push(stepFault([...path, index], "its upper bound is not above its lower one"));
    else if (next !== undefined && next.lower !== upper) {
      const relation = next.lower < upper ? "overlaps" : "leaves a gap to";
      faults.push(stepFault([...path, index], `it ${relation} step ${String(next.index + 1)}`));
    }
  }
  return faults;
}

function stepFault(path: Path, problem: string): Fault {
  return { code: "contradiction", path: dotted(path), problem, mend: "let each step begin where the one before ends" };
}

function boundOf(step: unknown, name: "lower" | "upper", open: number): number {
  const value = memberOf(step, name);
  return typeof value === "number" ? value : open;
}

function actionFaults(action: unknown, path: Path): Fault[] {
  const faults: Fault[] = [];
  const cron = memberOf(action, "cron");
  if (typeof cron === "string" && cron !== "") {
    const parsed = parseCron(cron);
    const mend = 'write it like "30 8 * * 1-5"';
    if (!parsed.ok)
      faults.push({ code: "syntax", path: dotted([...path, "cron"]), value: cron, problem: `the schedule ${parsed.problem}`, mend });
  }
  const zone = memberOf(action, "zone");
  if (typeof zone === "string" && zone !== "" && zoneNamed(zone, 0, 0) === undefined) {
    const mend = `give an offset as "+01:00", or one of ${ZONE_NAMES.join(", ")}`;
    faults.push({
      code: "not-one-of",
      path: dotted([...path, "zone"]),
      value: zone,
      problem: `${quote(zone)} is no time zone known here`,
      mend,
    });
  }
  return faults;
}
