import { z } from "zod";
import { number } from "./kit.ts";

const window = {
  fromSec: z.number().min(0).max(31_622_400).meta({ title: "From", unit: "s" }),
  lengthSec: z.number().min(0.001).max(31_622_400).meta({ title: "Length", unit: "s" }),
};

const zone = z.int().min(0).max(5);

const windows = z
  .array(
    z.discriminatedUnion("kind", [
      z
        .strictObject({
          kind: z.literal("downstream-outage"),
          ...window,
          hangs: z.boolean().default(false).meta({
            title: "Hangs",
            description: "Calls get no answer and run into their timeout, instead of failing at once.",
          }),
        })
        .meta({ title: "Outage of the downstream" }),
      z
        .strictObject({
          kind: z.literal("downstream-throttling"),
          ...window,
          refusedProbability: number({ min: 0, max: 1, default: 0.5, title: "Refused", unit: "of calls" }),
        })
        .meta({ title: "Throttling by the downstream" }),
      z
        .strictObject({
          kind: z.literal("downstream-slow"),
          ...window,
          latencyFactor: number({
            min: 1,
            max: 1000,
            default: 5,
            title: "Slower",
            unit: "×",
            description: "Multiplies the latency of calls that begin in the window.",
          }),
        })
        .meta({ title: "Slow downstream" }),
      z
        .strictObject({
          kind: z.literal("no-capacity"),
          ...window,
          zone: zone.nullable().default(null).meta({ title: "Zone", description: "Numbered from 0; empty for all." }),
          purchase: z.enum(["any", "on-demand", "spot"]).default("any").meta({ title: "Of", description: "How the instances are bought." }),
        })
        .meta({
          title: "Insufficient capacity",
          description: "Launches fail; other zones are tried first, then again after longer and longer waits.",
        }),
      z
        .strictObject({
          kind: z.literal("zone-outage"),
          ...window,
          zone: zone.default(0).meta({ title: "Zone", description: "Numbered from 0." }),
        })
        .meta({ title: "Outage of a zone", description: "All its instances are lost at once, and none can be launched there." }),
    ]),
  )
  .max(1000)
  .default([])
  .meta({ title: "Windows", description: "Stretches of time in which something goes wrong; they may overlap." });

export const faults = z
  .strictObject({
    receiveErrorProbability: number({ min: 0, max: 1, default: 0, title: "Failed receives", unit: "of calls" }),
    lostAnswerProbability: number({
      min: 0,
      max: 1,
      default: 0,
      title: "Lost answers",
      unit: "of receives",
      description: "Answers that never arrive: their messages count as received and come back after the visibility timeout.",
    }),
    crashesPerInstanceHour: number({
      min: 0,
      max: 3600,
      default: 0,
      title: "Crashes",
      unit: "per instance hour",
      description: "A crash takes an instance with all its running jobs; the group replaces it.",
    }),
    windows,
  })
  .prefault({})
  .meta({ title: "Faults" });
