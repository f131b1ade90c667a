import { z } from "zod";
import { CW_GUIDE, SQS_API, SQS_GUIDE, integer, number } from "./kit.ts";

const SQS_METRICS = `${SQS_GUIDE}/monitoring-using-cloudwatch.html`;

export const metrics = z
  .strictObject({
    periodSec: z
      .literal([10, 30, 60])
      .default(60)
      .meta({
        title: "Period",
        unit: "s",
        description: "SQS publishes each minute; a shorter period stands for a metrics process of your own that reads the queue.",
        source: `${CW_GUIDE}/publishingMetrics.html`,
      }),
    lagSec: number({
      min: 0,
      max: 900,
      default: 45,
      title: "Lag",
      unit: "s",
      description: "From the end of a period to its datapoint being readable. 15 to 120 s is usual; not documented by AWS.",
    }),
    evaluationSecond: integer({
      min: 0,
      max: 59,
      default: 47,
      title: "Evaluated at second",
      unit: "s",
      description: "Second of the minute at which the alarms are evaluated.",
    }),
    statistic: z.enum(["maximum", "sum", "average"]).default("maximum").meta({
      title: "Statistic",
      description: "What two samples in one minute come to. AWS's examples add them up, its support advises the maximum.",
      source: SQS_METRICS,
    }),
    irregularProbability: number({
      min: 0,
      max: 1,
      default: 0.02,
      title: "Slipped samples",
      unit: "of minutes",
      description: "Chance that a minute's sample of the queue slips into the next minute. Observed, not documented by AWS.",
    }),
    sleepAfterSec: integer({
      min: 0,
      max: 31_622_400,
      default: 21_600,
      title: "Queue sleeps after",
      unit: "s",
      description: "A queue that is empty and was not called for so long has no metrics; 0 for one that never sleeps.",
      source: SQS_METRICS,
    }),
    wakeWithinSec: integer({
      min: 0,
      max: 3600,
      default: 900,
      title: "Wakes within",
      unit: "s",
      description: "The first metrics of a queue that wakes are late by up to this much.",
      source: SQS_METRICS,
    }),
    countsWithinSec: number({
      min: 0,
      max: 300,
      default: 5,
      title: "Counts late by up to",
      unit: "s",
      description:
        "Who asks the queue itself is shown its counts as they were up to this long ago. A few seconds are usual; AWS says only that they may take a minute to settle after the last send.",
      source: `${SQS_API}/API_GetQueueAttributes.html`,
    }),
  })
  .prefault({})
  .meta({ title: "Metrics" });
