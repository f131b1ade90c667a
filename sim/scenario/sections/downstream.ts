import { z } from "zod";
import { duration, integer, number } from "./kit.ts";

export const downstream = z
  .strictObject({
    places: integer({
      min: 1,
      max: 100_000,
      default: 20,
      title: "Places",
      unit: "calls",
      description: "Calls served at the same time, for the whole fleet together: connections of a database, slots of a payment provider.",
    }),
    latency: duration({ title: "Latency", description: "How long a call holds its place. The job's slot is held as well." }).prefault({
      kind: "constant",
      sec: 0.1,
    }),
    timeoutSec: number({
      min: 0.001,
      max: 3600,
      default: 10,
      title: "Timeout",
      unit: "s",
      description: "A call without an answer after this long fails its job; a place at work for it works on.",
    }),
    failureProbability: number({ min: 0, max: 1, default: 0, title: "Failed calls", unit: "of calls" }),
  })
  .nullable()
  .default(null)
  .meta({ title: "Downstream", description: "What every job calls at its end and the fleet shares; empty for none." });
