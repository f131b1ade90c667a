import { z } from "zod";
import { ASG_GUIDE } from "./kit.ts";

const instances = (title: string, description: string) =>
  z.int().min(0).max(10_000).nullable().default(null).meta({ title, unit: "instances", description });

/** What operators do by hand in the middle of a run. */
export const acts = z
  .array(
    z.strictObject({
      atSec: z.number().min(0).max(31_622_400).meta({ title: "At", unit: "s", description: "Virtual time since the start of the run." }),
      min: instances("Minimum", "Empty to leave it."),
      max: instances("Maximum", "Empty to leave it."),
      desired: instances("Desired", "Brought within the limits; empty to leave it, as far as the limits allow."),
    }),
  )
  .max(1000)
  .default([])
  .meta({
    title: "Operators' acts",
    description: "Changes of the group's limits or desired capacity by hand, in mid-run.",
    source: `${ASG_GUIDE}/ec2-auto-scaling-capacity-limits.html`,
  });
