/** The public door of the simulator: what `web`, `runtime/cli` and `runtime/local` may use. */
export { simulate, SimulationRun, type SimulateOptions } from "./simulate.ts";
export * from "./measure/result.ts";
export * from "./measure/chain.ts";
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
export { verdict, type Verdict } from "./measure/verdict.ts";
export { expectedMessages } from "./scenario/expected-messages.ts";
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
export { DecisionReplay, type ReplayReport } from "./plan/replay.ts";
export { realSurroundings, specifiedPolicy } from "./scenario/policy-surroundings.ts";
