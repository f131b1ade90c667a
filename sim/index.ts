/** The public door of the simulator: what `web`, `runtime/cli` and `runtime/local` may use. */
export { simulate, SimulationRun, type SimulateOptions } from "./simulate.ts";
export * from "./measure/result.ts";
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
export { loadSimjsCalendar } from "./kernel/simjs-calendar.ts";
export type { Calendar } from "./kernel/calendar.ts";
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
export { parseMetric } from "./core/policy/metric-parse.ts";
export type { Capacity, Decision, Observation, Policy } from "./core/policy/policy.ts";
