import type { z } from "zod";
import { LOG_LEVELS } from "../log.ts";
import { decimalNumber, oneOf, optional, plainText, webAddress, wholeNumber, withDefault, type SettingsSchema } from "../settings.ts";
import { regionOf } from "../worker/settings.ts";

/** Settings that everything has that watches a queue and a group from outside. `docs/scaler.md` lists them. */
export const WATCHER_SHAPE = {
  QUEUE_URL: webAddress("the queue, as SQS names it"),
  AUTO_SCALING_GROUP_NAME: plainText("the group whose instances work on it"),
  AWS_REGION: optional(plainText("the region of queue and group; taken from QUEUE_URL when that names one")),
  AWS_ENDPOINT_URL: optional(webAddress("where to reach AWS instead of its own address, such as the embedded AWS")),
  WORKER_URL: optional(
    plainText("where the workers' pages are: with {instance} in it, one for each instance; else one for each address of the host"),
  ),
  METRICS_HOST: withDefault(plainText("the address to listen on; 0.0.0.0 lets other machines in"), "127.0.0.1"),
  LOG_LEVEL: withDefault(oneOf(LOG_LEVELS, "what is logged"), "info"),
};

const shape = {
  ...WATCHER_SHAPE,
  INTERVAL_SEC: optional(
    decimalNumber({ min: 1, max: 3600, unit: "seconds", what: "the time between reviews; without it as the policy wishes" }),
  ),
  DECISION_LOG: optional(plainText("the file that decisions are appended to; without it they go to the standard output")),
  METRICS_PORT: withDefault(
    wholeNumber({ min: 0, max: 65_535, unit: "ports, 0 for a free one", what: "where /health and /metrics are" }),
    9091,
  ),
};

export type ScalerConfiguration = z.output<z.ZodObject<typeof shape>>;

export const SCALER_SETTINGS: SettingsSchema<typeof shape> = { shape, rules: [regionRule(["QUEUE_URL", "AWS_REGION"])] };

/** Either the address names the region, or the setting does. */
export function regionRule<Name extends string>(names: readonly Name[]) {
  return {
    names,
    objection: (settings: Parameters<typeof regionOf>[0]) =>
      regionOf(settings) === undefined
        ? "AWS_REGION is not set, and QUEUE_URL names no region: set it to the queue's, such as eu-central-1."
        : undefined,
  };
}
