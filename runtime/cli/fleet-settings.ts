import type { z } from "zod";
import { REGION_RULE, WATCHER_SHAPE } from "../metrics/settings.ts";
import { readSettings, SettingsProblem, type SettingsSchema } from "../settings.ts";
import { regionOf } from "../worker/settings.ts";
import { Problem } from "./problem.ts";

/** What every command is told that watches a real queue or group. */
export interface FleetFlags {
  readonly queueUrl: string | undefined;
  readonly group: string | undefined;
  readonly workerUrl: string | undefined;
}

/** Settings from the environment; what is given on the command line overrules it. */
export function fleetSettings<Shape extends z.ZodRawShape>(
  schema: SettingsSchema<Shape>,
  { queueUrl, group, workerUrl }: FleetFlags,
  more: Readonly<Record<string, string | undefined>>,
): z.output<z.ZodObject<Shape>> {
  const commandLine = { QUEUE_URL: queueUrl, AUTO_SCALING_GROUP_NAME: group, WORKER_URL: workerUrl, ...more };
  try {
    return readSettings(schema, { environment: process.env, commandLine });
  } catch (error) {
    throw error instanceof SettingsProblem ? new Problem(error.message, { cause: error }) : error;
  }
}

/** Where an operator's command finds its queue: the address given, or QUEUE_URL; the region and endpoint of the environment. */
export function operatorAws(queueUrl: string | undefined): { queueUrl: string; region: string; endpoint: string | undefined } {
  const { QUEUE_URL, AWS_REGION, AWS_ENDPOINT_URL } = WATCHER_SHAPE;
  const schema = { shape: { QUEUE_URL, AWS_REGION, AWS_ENDPOINT_URL }, rules: [REGION_RULE] };
  const settings = fleetSettings(schema, { queueUrl, group: undefined, workerUrl: undefined }, {});
  return { queueUrl: settings.QUEUE_URL, region: regionOf(settings) ?? "", endpoint: settings.AWS_ENDPOINT_URL };
}

/** Trouble at the start that is the machine's, in words. */
export function asProblem(error: unknown): never {
  if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") {
    const port = "port" in error ? `Port ${String(error.port)}` : "The port of the pages";
    throw new Problem(`${port} is in use; name another with --port, or 0 for a free one.`, { cause: error });
  }
  if (error instanceof Error && "code" in error && typeof error.code === "string" && /^E[A-Z]+$/.test(error.code))
    throw new Problem(`${error.message}.`, { cause: error });
  throw error;
}
