import { z } from "zod";
import { integer } from "./kit.ts";

export const run = z
  .strictObject({
    durationSec: integer({
      min: 60,
      max: 31_622_400,
      default: 86_400,
      title: "Duration",
      unit: "s",
      description: "Virtual time simulated.",
    }),
    sampleEverySec: integer({
      min: 1,
      max: 3600,
      default: 60,
      title: "Sample every",
      unit: "s",
      description: "Time between two rows of the result.",
    }),
  })
  .prefault({})
  .meta({ title: "Run" });
