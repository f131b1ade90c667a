import { pageOf, type RequestFields } from "../request-fields.ts";
import type { AwsOperation, AwsRecord } from "../service.ts";
import { readAlarm, STATE_VALUES } from "./alarm-definition.ts";
import { HISTORY_TYPES } from "./alarm-history.ts";
import type { Alarms, LiveAlarm } from "./alarms.ts";
import { cloudWatchError, fieldsOf } from "./errors.ts";
import type { PeriodRules } from "./periods.ts";

interface AlarmParts {
  readonly alarms: Alarms;
  readonly rules: PeriodRules;
  readonly settle: () => number;
}

export function alarmOperations(parts: AlarmParts): Record<string, AwsOperation> {
  const { alarms, rules, settle } = parts;
  return {
    PutMetricAlarm: (input) => {
      alarms.put(readAlarm(fieldsOf(input), rules), settle());
      return {};
    },
    DescribeAlarms: (input) => describeAlarms(fieldsOf(input), parts),
    DescribeAlarmHistory: (input) => describeAlarmHistory(fieldsOf(input), parts),
    SetAlarmState: (input) => setAlarmState(fieldsOf(input), parts),
    EnableAlarmActions: (input) => setActionsEnabled(fieldsOf(input), true, parts),
    DisableAlarmActions: (input) => setActionsEnabled(fieldsOf(input), false, parts),
    DeleteAlarms: (input) => deleteAlarms(fieldsOf(input), parts),
  };
}

function describeAlarms(fields: RequestFields, { alarms, settle }: AlarmParts): AwsRecord {
  settle();
  const names = fields.texts("AlarmNames");
  const prefix = fields.optionalText("AlarmNamePrefix") ?? "";
  const state = fields.optionalOneOf("StateValue", STATE_VALUES);
  const actionPrefix = fields.optionalText("ActionPrefix") ?? "";
  const found = alarms
    .all()
    .filter(({ definition }) => (names.length === 0 || names.includes(definition.name)) && definition.name.startsWith(prefix))
    .filter((alarm) => state === undefined || alarm.state === state)
    .filter(({ definition }) => actionPrefix === "" || definition.actions.ALARM.some((action) => action.startsWith(actionPrefix)));
  const { page, NextToken } = pageOf(found, fields, { most: MOST_DESCRIBED });
  return { MetricAlarms: page.map((alarm) => described(alarm, alarms)), CompositeAlarms: [], NextToken };
}

function described({ definition, state, reason, stateAt, configuredAt }: LiveAlarm, alarms: Alarms): AwsRecord {
  return {
    AlarmName: definition.name,
    AlarmArn: alarms.arnOf(definition.name),
    AlarmConfigurationUpdatedTimestamp: new Date(configuredAt),
    ActionsEnabled: definition.actionsEnabled,
    OKActions: definition.actions.OK,
    AlarmActions: definition.actions.ALARM,
    InsufficientDataActions: definition.actions.INSUFFICIENT_DATA,
    StateValue: state,
    StateReason: reason,
    StateUpdatedTimestamp: new Date(stateAt),
    StateTransitionedTimestamp: new Date(stateAt),
    ...definition.described,
  };
}

function describeAlarmHistory(fields: RequestFields, { alarms, settle }: AlarmParts): AwsRecord {
  settle();
  const items = [
    ...alarms.history.find({
      alarmName: fields.optionalText("AlarmName"),
      type: fields.optionalOneOf("HistoryItemType", HISTORY_TYPES),
      fromMs: fields.optionalInstant("StartDate") ?? -Infinity,
      toMs: fields.optionalInstant("EndDate") ?? Infinity,
    }),
  ];
  const isOldestFirst = fields.optionalOneOf("ScanBy", ["TimestampDescending", "TimestampAscending"]) === "TimestampAscending";
  if (!isOldestFirst) items.reverse();
  const { page, NextToken } = pageOf(items, fields, { most: MOST_DESCRIBED });
  return {
    AlarmHistoryItems: page.map(({ alarmName, at, type, summary, data }) => ({
      AlarmName: alarmName,
      AlarmType: "MetricAlarm",
      Timestamp: new Date(at),
      HistoryItemType: type,
      HistorySummary: summary,
      HistoryData: JSON.stringify(data),
    })),
    NextToken,
  };
}

function setAlarmState(fields: RequestFields, { alarms, settle }: AlarmParts): AwsRecord {
  const now = settle();
  const name = fields.text("AlarmName");
  const state = fields.oneOf("StateValue", STATE_VALUES);
  const reason = fields.text("StateReason", { longest: 1023 });
  const alarm = alarms.get(name);
  if (alarm === undefined) throw cloudWatchError("ResourceNotFound", `There is no alarm "${name}".`);
  alarms.setState(alarm, state, reason, now);
  return {};
}

/** Names of alarms that do not exist are passed over, as on AWS. */
function setActionsEnabled(fields: RequestFields, actionsEnabled: boolean, { alarms, settle }: AlarmParts): AwsRecord {
  const now = settle();
  for (const name of namesIn(fields)) alarms.setActionsEnabled(name, actionsEnabled, now);
  return {};
}

function deleteAlarms(fields: RequestFields, { alarms, settle }: AlarmParts): AwsRecord {
  const now = settle();
  const names = namesIn(fields);
  const unknown = names.find((name) => alarms.get(name) === undefined);
  if (unknown !== undefined) throw cloudWatchError("ResourceNotFound", `There is no alarm "${unknown}"; none was deleted.`);
  for (const name of names) alarms.delete(name, now);
  return {};
}

function namesIn(fields: RequestFields): readonly string[] {
  if (!fields.has("AlarmNames")) throw fields.missing("AlarmNames");
  return fields.texts("AlarmNames");
}

const MOST_DESCRIBED = 100;
