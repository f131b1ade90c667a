import type { z } from "zod";
import { LOG_LEVELS } from "../log.ts";
import type { ApiPart } from "../pipelines/pipeline.ts";
import { divisible, PROCESS_SETTINGS, recycleSetting } from "../processes/settings.ts";
import {
  decimalNumber,
  oneOf,
  optional,
  plainText,
  readSettings,
  webAddress,
  wholeNumber,
  withDefault,
  type SettingSources,
  type SettingsRule,
  type SettingsSchema,
} from "../settings.ts";

/** The settings that every API has, with their defaults. `docs/api.md` lists them. */
export const API_SHAPE = {
  PORT: withDefault(wholeNumber({ min: 0, max: 65_535, unit: "ports, 0 for a free one", what: "where the API listens" }), 8000),
  API_HOST: withDefault(plainText("the address to listen on; 0.0.0.0 lets other machines in"), "127.0.0.1"),
  AWS_REGION: optional(plainText("the region of all that the API calls; taken from its queue or topic when that names one")),
  AWS_ENDPOINT_URL: optional(webAddress("where to reach AWS instead of its own address, such as the embedded AWS")),
  BODY_LIMIT_BYTES: withDefault(
    wholeNumber({
      min: 1,
      max: 200_000,
      unit: "bytes",
      what: "the largest body that is read; with all its escapes it has to fit a message",
    }),
    65_536,
  ),
  RATE_LIMIT_PER_MIN: withDefault(
    wholeNumber({
      min: 0,
      max: 10_000_000,
      unit: "requests, 0 for no limit",
      what: "how many requests a caller may make in a minute: a token that was accepted, else an address",
    }),
    12_000,
  ),
  TRUSTED_PROXIES: withDefault(
    wholeNumber({
      min: 0,
      max: 5,
      unit: "proxies",
      what: "how many load balancers stand before the API and add a caller's address to X-Forwarded-For; nobody else's is believed",
    }),
    0,
  ),
  STOP_DELAY_SEC: withDefault(
    decimalNumber({ min: 0, max: 300, unit: "seconds", what: "how long requests are still taken after /ready has begun to say no" }),
    2,
  ),
  STOP_LIMIT_SEC: withDefault(
    decimalNumber({ min: 0, max: 300, unit: "seconds", what: "how long requests under way may take to end after that" }),
    20,
  ),
  ...PROCESS_SETTINGS,
  RECYCLE_AFTER_REQUESTS: recycleSetting("requests"),
  LOG_LEVEL: withDefault(oneOf(LOG_LEVELS, "what is logged"), "info"),
};

export type ApiConfiguration = z.output<z.ZodObject<typeof API_SHAPE>>;

/**
 * Reads all settings of one pipeline's API.
 *
 * @throws {SettingsProblem} With all faults.
 */
export function readApiSettings(
  { settings: { shape: own, rules, ...names }, address, divided = [] }: ApiPart,
  sources: SettingSources,
): ApiConfiguration & Readonly<Record<string, unknown>> {
  const regionRule: SettingsRule<Readonly<Record<string, unknown>>> = {
    names: [address, "AWS_REGION"],
    objection: (given) =>
      regionOf(given, address) === undefined
        ? `AWS_REGION is not set, and ${address} names no region: set it to that of the queue or topic, such as eu-central-1.`
        : undefined,
  };
  const schema: SettingsSchema<z.ZodRawShape> = {
    shape: { ...own, ...API_SHAPE },
    rules: [...rules, regionRule, ...divided.map(divisible)],
    ...names,
  };
  return readSettings(schema, sources) as ApiConfiguration & Readonly<Record<string, unknown>>;
}

/** The region to sign for: as set, or as a queue's URL or a topic's ARN names it. */
export function regionOf(settings: Readonly<Record<string, unknown>>, address: string): string | undefined {
  const { AWS_REGION: region, [address]: place } = settings;
  if (typeof region === "string") return region;
  return /^(?:https?:\/\/sqs\.([a-z0-9-]+)\.amazonaws\.com|arn:[\w-]+:\w+:([a-z0-9-]+):)/.exec(String(place))?.slice(1).find(Boolean);
}
