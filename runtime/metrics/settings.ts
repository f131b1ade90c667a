import type { z } from "zod";
import { LOG_LEVELS } from "../log.ts";
import { oneOf, optional, plainText, webAddress, withDefault, type SettingsSchema } from "../settings.ts";
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
  LOG_LEVEL: withDefault(oneOf(LOG_LEVELS, "what is logged"), "info"),
};

/** Either the queue's address names the region, or the setting does. */
export const REGION_RULE: SettingsSchema<Pick<typeof WATCHER_SHAPE, "QUEUE_URL" | "AWS_REGION">>["rules"][number] = {
  names: ["QUEUE_URL", "AWS_REGION"],
  objection: (settings) =>
    regionOf(settings) === undefined
      ? "AWS_REGION is not set, and QUEUE_URL names no region: set it to the queue's, such as eu-central-1."
      : undefined,
};

const shape = {
  ...WATCHER_SHAPE,
  PERIOD_SEC: withDefault(oneOf(["60", "30", "10"], "how often the metrics are published, in seconds"), "60"),
};

export type PublisherConfiguration = z.output<z.ZodObject<typeof shape>>;

export const PUBLISHER_SETTINGS: SettingsSchema<typeof shape> = { shape, rules: [REGION_RULE] };
