import { z } from "zod";
import { CLASS_NAME, SQS_GUIDE, duration, integer, number } from "./kit.ts";

const serviceTime = duration({ title: "Service time", description: "How long one job takes in its slot." });
const SIZE = {
  title: "Size",
  unit: "bytes",
  description: "SQS bills each started 64 KiB as a request.",
  source: `${SQS_GUIDE}/quotas-messages.html`,
};
const FAILURES = { title: "Failures", unit: "of attempts", description: "Chance that an attempt fails." };
const POISON = { title: "Poison messages", unit: "of messages", description: "Chance that a message fails at every attempt." };

const share = () => z.number().min(0).max(1).nullable().default(null);

const messageClass = z
  .strictObject({
    name: CLASS_NAME.meta({ title: "Name" }),
    share: number({
      min: 0,
      max: 1e6,
      default: 1,
      title: "Share",
      unit: "parts",
      description: "Of the messages that no source has given a class: this class's parts of the parts of all classes.",
    }),
    serviceTime: serviceTime.nullable().default(null),
    sizeBytes: z.int().min(1).max(1_048_576).nullable().default(null).meta(SIZE),
    failureProbability: share().meta(FAILURES),
    poisonProbability: share().meta(POISON),
    retryDelaySec: z.int().min(0).max(43_200).nullable().default(null).meta({
      title: "Retry delay",
      unit: "s",
      description: "Visibility given to a message of this class whose job failed; empty for the worker's own.",
    }),
  })
  .meta({ title: "Class", description: "A field left empty is as for all work." });

export const work = z
  .strictObject({
    serviceTime: serviceTime.prefault({ kind: "exponential", meanSec: 0.5 }),
    sizeBytes: integer({ min: 1, max: 1_048_576, default: 1024, ...SIZE }),
    failureProbability: number({ min: 0, max: 1, default: 0, ...FAILURES }),
    poisonProbability: number({ min: 0, max: 1, default: 0, ...POISON }),
    classes: z
      .array(messageClass)
      .max(64)
      .default([])
      .meta({ title: "Classes", description: "Kinds of messages that differ in their work; empty when all are alike." }),
  })
  .prefault({})
  .meta({ title: "Work" });
