import { z } from "zod";
import { LAMBDA_GUIDE, duration, integer, number } from "./kit.ts";

const SCALING = `${LAMBDA_GUIDE}/services-sqs-scaling.html`;
const PARAMETERS = `${LAMBDA_GUIDE}/services-sqs-parameters.html`;
const ERRORS = `${LAMBDA_GUIDE}/services-sqs-errorhandling.html`;
const ENVIRONMENT = `${LAMBDA_GUIDE}/lambda-runtime-environment.html`;
const QUOTAS = `${LAMBDA_GUIDE}/gettingstarted-limits.html`;

/** The function that reads the queue, and the event source mapping that reads it for the function. */
export const lambda = z
  .strictObject({
    memoryMb: integer({ min: 128, max: 10_240, default: 512, title: "Memory", unit: "MB", source: QUOTAS }),
    architecture: z.enum(["x86", "arm"]).default("x86").meta({ title: "Architecture" }),
    timeoutSec: integer({
      min: 1,
      max: 900,
      default: 3,
      title: "Function timeout",
      unit: "s",
      description:
        "An invocation that takes longer is cut off: its whole batch comes back when its visibility timeout ends. 3 s is Lambda's own default; the visibility timeout should be six times as long.",
      source: `${LAMBDA_GUIDE}/services-sqs-configure.html`,
    }),
    init: duration({
      title: "Cold start",
      description: "From the invocation to its handler, in an environment that is new; billed. Under 100 ms to over 1 s, says AWS.",
    }).prefault({ kind: "lognormal", medianSec: 0.4, p95Sec: 1 }),
    idleSec: integer({
      min: 0,
      max: 86_400,
      default: 360,
      title: "Environments kept",
      unit: "s",
      description: "How long an idle environment waits for another invocation before it goes. Some minutes, as observed; not published.",
      source: ENVIRONMENT,
    }),
    concurrencyLimit: integer({
      min: 1,
      max: 100_000,
      default: 1000,
      title: "Concurrency allowed",
      unit: "invocations",
      description:
        "The function's reserved concurrency, or what its account has left for it: 1,000 by default for all functions of an account and Region. What the mapping invokes beyond it is throttled.",
      source: `${LAMBDA_GUIDE}/lambda-concurrency.html`,
    }),
    batchSize: integer({
      min: 1,
      max: 10_000,
      default: 10,
      title: "Batch size",
      unit: "messages",
      description:
        "Messages of one invocation at most; above 10 only with a batching window. That an invocation takes no more than 6 MB is left out.",
      source: PARAMETERS,
    }),
    batchWindowSec: integer({
      min: 0,
      max: 300,
      default: 0,
      title: "Batching window",
      unit: "s",
      description:
        "How long a batch is gathered for when it is not full. Looked at after each poll, so that a quiet queue may take 20 s longer.",
      source: PARAMETERS,
    }),
    reportsItemFailures: z.boolean().default(false).meta({
      title: "Partial batch responses",
      description:
        "ReportBatchItemFailures: the function names the messages that failed, and the others are deleted. Otherwise the first failure ends the invocation, and the whole batch comes back.",
      source: ERRORS,
    }),
    backOffShare: number({
      min: 0,
      max: 1,
      default: 0.5,
      title: "Backs off by",
      unit: "of its concurrency, a minute",
      description:
        "What the mapping gives up after a minute in which every invocation failed or was throttled; less when some did not. That it does so gradually is documented, how far is not. Failures do not count with partial batch responses.",
      source: ERRORS,
    }),
  })
  .prefault({})
  .meta({ title: "Lambda function", source: SCALING });
