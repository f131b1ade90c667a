/** The public door of the simulator: what `web`, `runtime/cli` and `runtime/local` may use. */
export { simulate, SimulationRun, type SimulateOptions } from "./simulate.ts";
export * from "./measure/result.ts";
export * from "./measure/chain.ts";
export * from "./measure/measured-run.ts";
export { BESIDE_WHAT, besideCells, besideReasons, curvesText } from "./measure/beside.ts";
export { REFUSAL_WORDS } from "./measure/refusal-words.ts";
export { Histogram, type HistogramBucket } from "./measure/histogram.ts";
export {
  scenarioSchema,
  INSTANCE_TYPES,
  type Scenario,
  type ScenarioInput,
  type Traffic,
  type DurationSpec,
  type PolicySpec,
  type FieldMeta,
} from "./scenario/schema.ts";
export * from "./measure/format.ts";
export { outcomeOf, verdict, type Outcome, type Verdict } from "./measure/verdict.ts";
export { explain, type Explanation, type WhyQuestion } from "./measure/explanation.ts";
export type { WaitStory } from "./measure/wait-story.ts";
export { whatIfs, type WhatIf } from "./plan/what-if.ts";
export { editedScenario, valueAt, type Edit } from "./plan/edits.ts";
export { expectedMessages } from "./scenario/expected-messages.ts";
export { meanServiceSec } from "./scenario/workload-rules.ts";
export { workersAlone } from "./scenario/workers-alone.ts";
export { busiestFromSec, peakRatePerSec, windowed, type RunWindow } from "./scenario/window.ts";
export { readScenario, parseScenario, type ReadScenario } from "./scenario/read.ts";
export { formatFault, type Fault, type FaultCode, type Bound } from "./scenario/faults.ts";
export { fieldAt, allFields, type Field } from "./scenario/fields.ts";
export { durationSampler, type DurationSampler } from "./kernel/distributions.ts";
export { RandomStream } from "./kernel/random.ts";
export { loadSimjsCalendar } from "./kernel/simjs-calendar.ts";
export { ARRIVAL, type Calendar, type Timer } from "./kernel/calendar.ts";
export { scenarioJsonSchema } from "./scenario/json-schema.ts";
export { CountsCsvReader, withRecordedCounts, type ReadCounts, type RecordedCounts } from "./scenario/counts-csv.ts";
export { gallery, type GalleryEntry } from "./scenario/gallery/index.ts";
export { measuredCsv, resultCsv, resultJson } from "./measure/result-files.ts";
export { IN_TIME, MOST_INSTANCES, RESERVE, scenarioOf, sizingOf, type FleetSize, type Sizing, type SizingQuestion } from "./plan/sizing.ts";
export { differencesBetween, type Difference } from "./plan/differences.ts";
export { closedFormsOf, type ClosedForm } from "./measure/closed-forms.ts";
export { isoInstant } from "./scenario/civil-time.ts";
export { interval, differenceInterval, type Interval } from "./measure/confidence.ts";
export {
  decisionOf,
  initialOf,
  Misconduct,
  policyLaws,
  turnsIn,
  type PolicyLaw,
  type PolicyPromises,
  type Scene,
  type Story,
} from "./plan/policy-laws.ts";
export { DecisionReplay, type ReplayReport } from "./plan/replay.ts";
export { realSurroundings, simulatedSurroundings, specifiedPolicy } from "./scenario/policy-surroundings.ts";
export { TrafficPlan, type PlannedMessage, type PlannedUsers } from "./driver/traffic-plan.ts";
export type { AlarmState, Capacity, Decision, Observation, Policy } from "./core/policy/policy.ts";
export { CallLimit } from "./model/call-limit.ts";
export { DedupWindow, DEDUP_WINDOW_MS } from "./model/dedup-window.ts";
export { FairQueue } from "./model/fair-queue.ts";
export { FifoQueue } from "./model/fifo-queue.ts";
export { IN_FLIGHT, MessageStore, NONE, traitsOf } from "./model/message-store.ts";
export type { DeliveryChances } from "./model/queue.ts";
export {
  CHANGED,
  DELETED,
  HANDLE_EXPIRED,
  IN_FLIGHT_QUOTA,
  MAX_BATCH,
  MAX_MOVES_PER_SEC,
  NOT_IN_FLIGHT,
  OVER_LIMIT,
  PAST_CAP,
  type MessageTaker,
  type QueueConsumer,
  type QueueEvents,
  type QueueOptions,
  type QueueSettings,
} from "./model/queue-model.ts";
export { EVENT } from "./driver/events.ts";
export { servedGroupOf } from "./driver/fleet-of.ts";
export type { InstanceHost, RefreshPreferences } from "./model/fleet.ts";
export type { RefreshProgress } from "./model/instance-refresh.ts";
export type { Instance } from "./model/instance.ts";
export { longestHookMs } from "./model/lifecycle-hook.ts";
export type { ServedGroup, ServedSettings } from "./model/served-group.ts";
export { RandomStreams } from "./kernel/random.ts";
export { evaluateAlarm, type Alarm } from "./core/policy/alarm.ts";
export { evaluateMetric, type MetricExpression } from "./core/policy/metric-math.ts";
export { parseMetric } from "./core/policy/metric-parse.ts";
export { QueueMinutes, type QueueMinutesSettings } from "./model/queue-minutes.ts";
export type { Datapoint } from "./core/policy/policy.ts";
export { composition } from "./core/policy/composition.ts";
export { nextTime, parseCron, type Cron, type Zone } from "./core/policy/cron.ts";
export { ec2TargetTracking } from "./core/policy/ec2-target-tracking.ts";
export { applyLimits } from "./core/policy/limits.ts";
export { simplyAdjusted } from "./core/policy/simple.ts";
export { adjusted, aggregated, stepAt, type Adjusting, type Step } from "./core/policy/step.ts";
export { zoneNamed } from "./scenario/zones.ts";
export * from "./core/jobs-api.ts";
export { Reviewer } from "./core/policy/decision-log.ts";
export { METRIC_NAMES, type MetricName, type Telemetry } from "./core/policy/policy.ts";
export { policyOf, warmUpSecOf } from "./core/policy/policy-of.ts";
export { preflight } from "./plan/preflight/preflight.ts";
export { levelsText, type Finding, type Level } from "./plan/preflight/finding.ts";
export { recommend, type Plan, type Proposal, type RecommendOptions, type RecommendProgress } from "./plan/recommend.ts";
export { slotsPerInstance } from "./scenario/slots.ts";
export { contendersOf, FIXED, whyNoPlan, type ContenderId } from "./plan/contenders.ts";
export {
  changesBetween,
  groundsSentence,
  heldText,
  objectiveText,
  planSentence,
  settingsText,
  spreadText,
  stepText,
  type Change,
} from "./plan/plan-words.ts";
export { MOST_POINTS, pointsOf, spacedValues, sweep, type Axis, type SweepOptions, type SweptPoint } from "./plan/sweep.ts";
export { sweepCsv } from "./plan/sweep-csv.ts";
export { figureOf, type RunOne, type Trial } from "./plan/trial.ts";
