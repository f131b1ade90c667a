import { z } from "zod";
import { CW_GUIDE } from "./kit.ts";
import { alarmFields } from "./alarm-fields.ts";

/** Alarms that tell people; they change nothing in the fleet. */
export const alarms = z
  .array(
    z.strictObject({
      name: z.string().min(1).max(255).meta({ title: "Name" }),
      ...alarmFields,
      statistic: z.enum(["average", "minimum", "maximum", "sum"]).default("average").meta({
        title: "Statistic",
        description: "What several datapoints within one period come to.",
      }),
      periodSec: z
        .literal([10, 30, 60, 300, 900, 3600])
        .default(60)
        .meta({
          title: "Period",
          unit: "s",
          description: "At least that of the metrics. Periods end at the evaluation, each minute; below a minute, every 10 s.",
          source: `${CW_GUIDE}/alarm-evaluation.html`,
        }),
      notifies: z.string().max(256).default("").meta({
        title: "Tells",
        description: "The SNS topic that hears of the alarm when it goes off; empty for nobody, a silent alarm.",
      }),
      actionsEnabled: z.boolean().default(true).meta({ title: "Actions enabled", description: "Without them the alarm is silent." }),
    }),
  )
  .max(100)
  .default([])
  .meta({
    title: "Alarms",
    description: "Operators' alarms on what is published: a backlog above 1,000, an age above 300 s, dead letters, too few in service.",
    source: `${CW_GUIDE}/AlarmThatSendsEmail.html`,
  });
