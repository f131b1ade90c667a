import { z } from "zod";
import { CLASS_NAME, SQS_GUIDE, duration, integer, number } from "./kit.ts";

const scale = number({
  min: 0.001,
  max: 100_000,
  default: 1,
  title: "Scale",
  unit: "×",
  description: "Multiplies every rate, count or number of users of the traffic.",
});

const rate = (title: string, fallback: number, description?: string) =>
  number({ min: 0, max: 100_000, default: fallback, title, unit: "messages/s", ...(description === undefined ? {} : { description }) });

const batch = z
  .discriminatedUnion("kind", [
    z
      .strictObject({ kind: z.literal("fixed"), count: integer({ min: 1, max: 100_000, default: 10, title: "Size", unit: "messages" }) })
      .meta({ title: "Fixed" }),
    z
      .strictObject({
        kind: z.literal("geometric"),
        mean: number({ min: 1, max: 100_000, default: 10, title: "Mean size", unit: "messages" }),
      })
      .meta({ title: "Geometric" }),
    z
      .strictObject({
        kind: z.literal("uniform"),
        min: integer({ min: 1, max: 100_000, default: 1, title: "Smallest", unit: "messages" }),
        max: integer({ min: 1, max: 100_000, default: 10, title: "Largest", unit: "messages" }),
      })
      .meta({ title: "Uniform" }),
  ])
  .nullable()
  .default(null)
  .meta({
    title: "Batches",
    description: "Messages that arrive together; the rate stays the rate of messages. Empty for messages one by one.",
  });

const bell = {
  baseRatePerSec: rate("Base rate", 2),
  peakRatePerSec: rate("Rate at the peak", 50),
  peakAtHour: number({ min: 0, max: 24, default: 9, title: "Peak at", unit: "h" }),
  peakWidthHours: number({
    min: 0.05,
    max: 24,
    default: 1,
    title: "Peak width",
    unit: "h",
    description: "Width of the peak at half its height.",
  }),
};

const poisson = z
  .strictObject({ kind: z.literal("poisson"), ratePerSec: rate("Arrival rate", 10), batch, scale })
  .meta({ title: "Steady (Poisson)" });

const variation = number({
  min: 0.01,
  max: 10,
  default: 0.5,
  title: "Variation",
  unit: "× mean",
  description: "Standard deviation of the gaps over their mean; 1 is as irregular as Poisson.",
});

const renewal = z
  .strictObject({
    kind: z.literal("renewal"),
    ratePerSec: rate("Arrival rate", 10),
    gap: z
      .discriminatedUnion("kind", [
        z.strictObject({ kind: z.literal("constant") }).meta({ title: "Constant" }),
        z.strictObject({ kind: z.literal("gamma"), variation }).meta({ title: "Gamma" }),
        z.strictObject({ kind: z.literal("lognormal"), variation }).meta({ title: "Lognormal" }),
        z
          .strictObject({
            kind: z.literal("weibull"),
            shape: number({
              min: 0.2,
              max: 20,
              default: 2,
              title: "Shape",
              unit: "(power)",
              description: "Below 1 the gaps are more irregular than Poisson's, above 1 more regular.",
            }),
          })
          .meta({ title: "Weibull" }),
        z
          .strictObject({
            kind: z.literal("hyper-exponential"),
            variation: number({
              min: 1,
              max: 20,
              default: 2,
              title: "Variation",
              unit: "× mean",
              description: "Standard deviation of the gaps over their mean. Short and long gaps share the time equally.",
            }),
          })
          .meta({ title: "Hyper-exponential" }),
      ])
      .prefault({ kind: "constant" })
      .meta({ title: "Gaps", description: "Time between two arrivals, each drawn by itself." }),
    batch,
    scale,
  })
  .meta({ title: "Renewal" });

const piecewise = z
  .strictObject({
    kind: z.literal("piecewise"),
    points: z
      .array(
        z.strictObject({
          atSec: z.number().min(0).max(31_622_400).meta({ title: "At", unit: "s" }),
          ratePerSec: z.number().min(0).max(100_000).meta({ title: "Rate", unit: "messages/s" }),
        }),
      )
      .min(1)
      .max(10_000)
      .default([{ atSec: 0, ratePerSec: 10 }])
      .meta({
        title: "Points",
        description: "In order of time. The first rate holds before the first point, the last one after the last.",
      }),
    between: z.enum(["steps", "ramps"]).default("steps").meta({
      title: "Between points",
      description: "steps: a rate holds until the next point. ramps: the rate goes straight to the next point's.",
    }),
    repeatEverySec: z.number().min(1).max(31_622_400).nullable().default(null).meta({
      title: "Repeat every",
      unit: "s",
      description: "Starts again from the beginning after this long; empty for no repetition.",
    }),
    batch,
    scale,
  })
  .meta({ title: "Steps and ramps (Poisson)" });

const daily = z.strictObject({ kind: z.literal("daily"), ...bell, batch, scale }).meta({ title: "Daily peak (Poisson)" });

const weekly = z
  .strictObject({
    kind: z.literal("weekly"),
    ...bell,
    dayShares: z
      .array(z.number().min(0).max(100).meta({ title: "Day", unit: "× a full day" }))
      .length(7)
      .default([1, 1, 1, 1, 1, 0.4, 0.3])
      .meta({
        title: "Days",
        unit: "× a full day",
        description: "What each day of the week has of a full day's rates; the run starts with the first.",
      }),
    batch,
    scale,
  })
  .meta({ title: "Weekly cycle (Poisson)" });

const flashSale = z
  .strictObject({
    kind: z.literal("flash-sale"),
    baseRatePerSec: rate("Base rate", 5),
    peakRatePerSec: rate("Rate at the peak", 200),
    onsetSec: number({ min: 0, max: 31_622_400, default: 3600, title: "Begins at", unit: "s" }),
    riseSec: number({ min: 0, max: 86_400, default: 10, title: "Rise", unit: "s", description: "From the base rate to the peak." }),
    holdSec: number({ min: 0, max: 604_800, default: 60, title: "Held for", unit: "s" }),
    halfLifeSec: number({
      min: 0.1,
      max: 86_400,
      default: 600,
      title: "Half-life",
      unit: "s",
      description: "After this long half of the extra rate has gone; after twice as long three quarters.",
    }),
    batch,
    scale,
  })
  .meta({ title: "Flash sale (Poisson)" });

const mmpp = z
  .strictObject({
    kind: z.literal("mmpp"),
    states: z
      .array(
        z.strictObject({
          ratePerSec: z.number().min(0).max(100_000).meta({ title: "Rate", unit: "messages/s" }),
          meanStaySec: z.number().min(0.001).max(31_622_400).meta({ title: "Mean stay", unit: "s" }),
        }),
      )
      .min(2)
      .max(64)
      .default([
        { ratePerSec: 5, meanStaySec: 600 },
        { ratePerSec: 50, meanStaySec: 60 },
      ])
      .meta({ title: "States", description: "Stays are exponential; after one, each of the other states is as likely as any." }),
    batch,
    scale,
  })
  .meta({ title: "Correlated bursts (MMPP)" });

const recording = {
  name: z.string().max(200).default("recorded counts").meta({ title: "Recording" }),
  /** ISO time of the first interval, for the time axis; empty for elapsed time. */
  startsAt: z
    .union([z.literal(""), z.iso.datetime()])
    .default("")
    .meta({ title: "Starts at" }),
};

const moved = {
  shiftSec: number({
    min: -31_622_400,
    max: 31_622_400,
    default: 0,
    title: "Shift",
    unit: "s",
    description: "Later by this long; a negative shift leaves out the beginning.",
  }),
  stretch: number({
    min: 0.001,
    max: 1000,
    default: 1,
    title: "Stretch",
    unit: "×",
    description: "Lengthens the time that the recording takes; the number of messages stays.",
  }),
};

const counts = z
  .strictObject({
    kind: z.literal("counts"),
    ...recording,
    intervalSec: z.number().min(1).max(86_400).meta({ title: "Interval", unit: "s" }),
    counts: z.array(z.number().min(0).max(1e9)).min(1).max(1_000_000).meta({ title: "Messages in each interval", unit: "messages" }),
    ...moved,
    scale,
  })
  .meta({ title: "Recorded counts" });

const timestamps = z
  .strictObject({
    kind: z.literal("timestamps"),
    ...recording,
    atSec: z
      .array(z.number().min(0).max(31_622_400))
      .min(1)
      .max(1_000_000)
      .meta({ title: "Times", unit: "s", description: "When each message was sent, since the start of the recording, in order." }),
    sizesBytes: z
      .array(z.int().min(1).max(1_048_576))
      .max(1_000_000)
      .default([])
      .meta({
        title: "Sizes",
        unit: "bytes",
        description: "Of each message; empty for the size that its class has.",
        source: `${SQS_GUIDE}/quotas-messages.html`,
      }),
    ...moved,
    scale,
  })
  .meta({ title: "Recorded times" });

const users = z
  .strictObject({
    kind: z.literal("users"),
    users: integer({
      min: 1,
      max: 100_000,
      default: 20,
      title: "Users",
      unit: "users",
      description: "Each waits for its answer before it thinks and asks again.",
    }),
    spawnPerSec: number({ min: 0.001, max: 100_000, default: 1, title: "Spawn rate", unit: "users/s" }),
    startAtSec: number({ min: 0, max: 31_622_400, default: 0, title: "Start at", unit: "s" }),
    stopAfterSec: z.number().min(0.001).max(31_622_400).nullable().default(null).meta({
      title: "Stop after",
      unit: "s",
      description: "No more requests this long after the start; empty for the end of the run.",
    }),
    thinkTime: duration({ title: "Think time", description: "From an answer to the user's next request." }).prefault({
      kind: "constant",
      sec: 1,
    }),
    answer: z.enum(["accepted", "served"]).default("accepted").meta({
      title: "Answer",
      description:
        "accepted: as soon as the message is taken. served: when its job is done. At the front door a user always waits until served.",
    }),
    patienceSec: number({
      min: 0.001,
      max: 86_400,
      default: 60,
      title: "Patience",
      unit: "s",
      description: "A user who has waited this long gives up, thinks, and asks anew.",
    }),
    scale,
  })
  .meta({ title: "Users (closed loop)" });

const SINGLE = [poisson, renewal, piecewise, daily, weekly, flashSale, mmpp, counts, timestamps, users] as const;

/** Traffic of one source. */
export const singleTraffic = z.discriminatedUnion("kind", SINGLE);

const sum = z
  .strictObject({
    kind: z.literal("sum"),
    sources: z
      .array(
        z.strictObject({
          traffic: singleTraffic.meta({ title: "Traffic" }),
          messageClass: CLASS_NAME.nullable()
            .default(null)
            .meta({ title: "Class", description: "Class of all its messages, by name; empty to draw each by the shares of the classes." }),
        }),
      )
      .min(1)
      .max(64)
      .default([])
      .meta({ title: "Sources" }),
    scale,
  })
  .meta({ title: "Sum of sources" });

export const traffic = z
  .discriminatedUnion("kind", [...SINGLE, sum])
  .prefault({ kind: "poisson" })
  .meta({ title: "Traffic" });
