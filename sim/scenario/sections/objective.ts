import { z } from "zod";
import { number } from "./kit.ts";

export const objective = z
  .strictObject({
    measure: z.enum(["age", "latency"]).default("age").meta({
      title: "Measure",
      description: "age: of the oldest message, as sampled over time. latency: from send to delete, of each message.",
    }),
    percentile: number({ min: 50, max: 99.99, default: 99, title: "Percentile", unit: "%" }),
    limitSec: number({
      min: 0.01,
      max: 1_209_600,
      default: 60,
      title: "Limit",
      unit: "s",
      description: "The objective holds when the percentile of the measure stays at or below this.",
    }),
  })
  .prefault({})
  .meta({ title: "Objective" });
