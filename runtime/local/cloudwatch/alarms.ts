import { evaluateAlarm, type AlarmState, type Datapoint } from "../../../sim/index.ts";
import type { AlarmDefinition, StateValue } from "./alarm-definition.ts";
import { AlarmHistory } from "./alarm-history.ts";
import { newestOf } from "./metric-queries.ts";
import type { MetricStore } from "./metric-store.ts";
import { evaluationIntervalMs, type PeriodRules } from "./periods.ts";

/** What an alarm tells those whom it is to tell. */
export interface AlarmEvent {
  readonly alarm: AlarmDefinition;
  readonly alarmArn: string;
  readonly before: StateValue;
  readonly state: StateValue;
  readonly reason: string;
  /** When it was evaluated, milliseconds since 1970. */
  readonly at: number;
  /** What it was concluded from: the newest of the watched metric, oldest first, as many as the rule looks at. */
  readonly datapoints: readonly Datapoint[];
}

/** Carries out an action by its ARN, and says what became of it; throws when it could not. */
export type AlarmAction = (actionArn: string, event: AlarmEvent) => string;

/**
 * The alarms, each evaluated by the rule of the simulator's own. When its state changes, an alarm runs the actions of the
 * new state; an action that scales runs again each minute while the state lasts (CloudWatch User Guide,
 * AlarmThatSendsEmail).
 */
export class Alarms {
  readonly history = new AlarmHistory();
  private readonly alarms = new Map<string, LiveAlarm>();
  private readonly store: MetricStore;
  private readonly rules: PeriodRules;
  private readonly act: AlarmAction;
  private readonly arnPrefix: string;

  constructor(options: { store: MetricStore; rules: PeriodRules; act: AlarmAction; arnPrefix: string }) {
    this.store = options.store;
    this.rules = options.rules;
    this.act = options.act;
    this.arnPrefix = options.arnPrefix;
  }

  /** An alarm of the same name is replaced, and keeps its state. */
  put(definition: AlarmDefinition, now: number): void {
    const before = this.alarms.get(definition.name);
    const fresh = { state: "INSUFFICIENT_DATA", reason: "Unchecked: Initial alarm creation", stateAt: now, actedAt: -Infinity } as const;
    this.alarms.set(definition.name, { ...fresh, ...before, definition, configuredAt: now });
    const summary = before === undefined ? `Alarm "${definition.name}" created` : `Alarm "${definition.name}" updated`;
    this.history.add({ alarmName: definition.name, at: now, type: "ConfigurationUpdate", summary, data: definition.described });
  }

  get(name: string): LiveAlarm | undefined {
    return this.alarms.get(name);
  }

  all(): readonly LiveAlarm[] {
    return [...this.alarms.values()].sort((a, b) => (a.definition.name < b.definition.name ? -1 : 1));
  }

  delete(name: string, now: number): void {
    if (!this.alarms.delete(name)) return;
    this.history.add({ alarmName: name, at: now, type: "ConfigurationUpdate", summary: `Alarm "${name}" deleted`, data: {} });
  }

  setActionsEnabled(name: string, actionsEnabled: boolean, now: number): void {
    const alarm = this.alarms.get(name);
    if (alarm === undefined) return;
    alarm.definition = { ...alarm.definition, actionsEnabled };
    alarm.configuredAt = now;
  }

  /** SetAlarmState: until the next evaluation finds otherwise. */
  setState(alarm: LiveAlarm, state: StateValue, reason: string, now: number): void {
    this.enter(alarm, { state, reason, datapoints: [], now });
  }

  arnOf(name: string): string {
    return `${this.arnPrefix}:alarm:${name}`;
  }

  /** Evaluates every alarm whose interval is `intervalMs`. */
  evaluate(intervalMs: number, now: number): void {
    for (const alarm of [...this.alarms.values()]) {
      const { rule } = alarm.definition;
      if (evaluationIntervalMs(rule.periodMs, this.rules) !== intervalMs || !this.alarms.has(alarm.definition.name)) continue;
      const metric = this.watched(alarm.definition, now);
      const state = STATES[evaluateAlarm(rule, CORE_STATES[alarm.state], metric, now)];
      const datapoints = metric.slice(-rule.evaluationPeriods);
      this.enter(alarm, { state, reason: reasonFor(alarm.definition, state, datapoints), datapoints, now });
    }
  }

  private watched({ queries, watchedId, rule }: AlarmDefinition, now: number): readonly Datapoint[] {
    const range = rule.evaluationPeriods + EXTRA_PERIODS;
    return newestOf(watchedId, { queries, store: this.store, periodMs: rule.periodMs, periods: range, now });
  }

  private enter(alarm: LiveAlarm, found: { state: StateValue; reason: string; datapoints: readonly Datapoint[]; now: number }): void {
    const { state, reason, datapoints, now } = found;
    const before = alarm.state;
    const hasChanged = state !== before;
    if (hasChanged) {
      const { name } = alarm.definition;
      Object.assign(alarm, { state, reason, stateAt: now });
      const data = { oldState: { stateValue: before }, newState: { stateValue: state, stateReason: reason } };
      this.history.add({ alarmName: name, at: now, type: "StateUpdate", summary: `Alarm updated from ${before} to ${state}`, data });
    }
    const actions = alarm.definition.actions[state];
    const due = hasChanged ? actions : now - alarm.actedAt >= this.rules.minuteMs ? actions.filter(isScaling) : [];
    if (due.length === 0) return;
    alarm.actedAt = now;
    if (!alarm.definition.actionsEnabled) return;
    const event = { alarm: alarm.definition, alarmArn: this.arnOf(alarm.definition.name), before, state, reason, at: now, datapoints };
    for (const action of due) this.run(action, event);
  }

  private run(action: string, event: AlarmEvent): void {
    const about = { alarmName: event.alarm.name, at: event.at, type: "Action" as const };
    try {
      const outcome = this.act(action, event);
      this.history.add({ ...about, summary: `Successfully executed action ${action}`, data: { actionState: "Succeeded", outcome } });
    } catch (error) {
      const outcome = error instanceof Error ? error.message : String(error);
      this.history.add({ ...about, summary: `Failed to execute action ${action}`, data: { actionState: "Failed", error: outcome } });
    }
  }
}

/** An alarm with its state; times in milliseconds since 1970. */
export interface LiveAlarm {
  definition: AlarmDefinition;
  configuredAt: number;
  readonly state: StateValue;
  readonly reason: string;
  /** When the state began. */
  readonly stateAt: number;
  /** When its actions last ran, or would have. */
  actedAt: number;
}

/** Policies of Auto Scaling, and nothing else, are told again while the state lasts. */
function isScaling(arn: string): boolean {
  return arn.includes(":autoscaling:");
}

function reasonFor({ rule }: AlarmDefinition, state: StateValue, datapoints: readonly Datapoint[]): string {
  const { datapointsToAlarm, evaluationPeriods, comparison, threshold } = rule;
  const shown = datapoints.map(({ at, value }) => `${value} (${new Date(at).toISOString()})`).join(", ");
  const found = datapoints.length === 0 ? "no datapoints were received" : `the newest of the metric are [${shown}]`;
  const condition = `${datapointsToAlarm} out of ${evaluationPeriods} datapoints ${comparison.replaceAll("-", " ")} ${threshold}`;
  switch (state) {
    case "ALARM":
      return `Threshold Crossed: ${condition}; ${found}.`;
    case "OK":
      return `Threshold not crossed: not ${condition}; ${found}.`;
    case "INSUFFICIENT_DATA":
      return `Insufficient Data: ${found}.`;
  }
}

const STATES = { ok: "OK", alarm: "ALARM", "insufficient-data": "INSUFFICIENT_DATA" } as const satisfies Record<AlarmState, StateValue>;
const CORE_STATES = { OK: "ok", ALARM: "alarm", INSUFFICIENT_DATA: "insufficient-data" } as const satisfies Record<StateValue, AlarmState>;
/** Periods that an alarm looks at beyond those that it evaluates (alarms-and-missing-data). */
const EXTRA_PERIODS = 2;
