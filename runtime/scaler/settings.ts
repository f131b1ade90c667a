import type { z } from "zod";
import { REGION_RULE, WATCHER_SHAPE } from "../metrics/settings.ts";
import { decimalNumber, optional, plainText, wholeNumber, withDefault, type SettingsSchema } from "../settings.ts";

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
  METRICS_HOST: withDefault(plainText("the address to listen on; 0.0.0.0 lets other machines in"), "127.0.0.1"),
};

export type ScalerConfiguration = z.output<z.ZodObject<typeof shape>>;

export const SCALER_SETTINGS: SettingsSchema<typeof shape> = { shape, rules: [REGION_RULE] };
