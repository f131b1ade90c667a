import { z } from "zod";
import { acts } from "./sections/acts.ts";
import { alarms } from "./sections/alarms.ts";
import { downstream } from "./sections/downstream.ts";
import { faults } from "./sections/faults.ts";
import { fleet } from "./sections/fleet.ts";
import { frontDoor } from "./sections/front-door.ts";
import { metrics } from "./sections/metrics.ts";
import { money } from "./sections/money.ts";
import { objective } from "./sections/objective.ts";
import { policy } from "./sections/policy.ts";
import { producer } from "./sections/producer.ts";
import { queue } from "./sections/queue.ts";
import { run } from "./sections/run.ts";
import { traffic } from "./sections/traffic.ts";
import { work } from "./sections/work.ts";
import { worker } from "./sections/worker.ts";

export type { FieldMeta } from "./sections/kit.ts";
export { INSTANCE_TYPES } from "./sections/fleet.ts";

/**
 * The scenario: one JSON document that says everything about a fleet and its traffic. The browser, the command line,
 * the runtime and the Terraform export all read it through this one schema.
 *
 * Every field ends in its unit, has a default and a range, and names the page that its range or default comes from
 * (`source`). Descriptions are what the form, the JSON Schema and the docs show. Each section has a file of its own.
 */
export const scenarioSchema = z
  .strictObject({
    $schema: z.string().max(500).optional(),
    version: z.literal(1).meta({ title: "Version of the format" }),
    name: z.string().min(1).max(120).meta({ title: "Name" }),
    lesson: z.string().max(1000).default("").meta({ title: "What it teaches" }),
    objective,
    run,
    traffic,
    work,
    producer,
    frontDoor,
    queue,
    worker,
    downstream,
    fleet,
    policy,
    acts,
    metrics,
    alarms,
    faults,
    money,
  })
  .meta({ title: "Headroom scenario" });

/** A scenario with every default filled in. */
export type Scenario = z.output<typeof scenarioSchema>;
/** A scenario as people write it: fields that have a default may be left out. */
export type ScenarioInput = z.input<typeof scenarioSchema>;

export type Traffic = Scenario["traffic"];
export type DurationSpec = Scenario["work"]["serviceTime"];
export type PolicySpec = Scenario["policy"];
