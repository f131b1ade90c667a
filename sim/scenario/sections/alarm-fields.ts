import { z } from "zod";
import { CW_GUIDE, integer } from "./kit.ts";

/** What every CloudWatch alarm has, that of a scaling policy and that of an operator alike. */

export const metric = z
  .string()
  .min(1)
  .max(500)
  .default("visible / inService")
  .meta({
    title: "Metric",
    description:
      "An expression over visible, inFlight, delayed, age, sent, received, deleted, emptyReceives, deadLetters, inService, running, desired and busyShare, with + - * /, comparisons, FILL(m, REPEAT) and IF(c, a, b).",
    source: `${CW_GUIDE}/using-metric-math.html`,
  });

const count = (title: string, unit: string, byDefault: number) => integer({ min: 1, max: 60, default: byDefault, title, unit });

export const alarmFields = {
  metric,
  comparison: z.enum(["above", "at-or-above", "below", "at-or-below"]).meta({ title: "Alarms when" }),
  threshold: z.number().min(-1e12).max(1e12).meta({ title: "Threshold", unit: "of the metric" }),
  datapointsToAlarm: count("Datapoints to alarm", "datapoints", 1),
  evaluationPeriods: count("Evaluation periods", "periods", 1),
  missingData: z
    .enum(["missing", "ignore", "breaching", "not-breaching"])
    .default("missing")
    .meta({
      title: "Missing data",
      source: `${CW_GUIDE}/alarms-and-missing-data.html`,
    }),
};
