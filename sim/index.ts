/** The public door of the simulator: what `web`, `runtime/cli` and `runtime/local` may use. */
export { simulate, SimulationRun, type SimulateOptions } from "./simulate.ts";
export * from "./measure/result.ts";
export { Histogram, type HistogramBucket } from "./measure/histogram.ts";
export { scenarioSchema, INSTANCE_TYPES, type Scenario, type ScenarioInput, type Traffic, type DurationSpec, type PolicySpec, type FieldMeta } from "./scenario/schema.ts";
