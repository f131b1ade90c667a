import { pino, stdSerializers, type Logger } from "pino";

export type { Logger } from "pino";

/** From the most to the least talkative. */
export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * Makes the log of one part of the runtime: a JSON object a line on the standard output, with an ISO time. Lines are
 * written at once, so that none is lost when the process ends. What may hold a secret is blacked out by its name,
 * wherever one of our own records carries it.
 */
export function createLog(level: LogLevel, component: string): Logger {
  const options = {
    level,
    base: { component },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: "***" },
    serializers: { err: plainError },
  };
  return pino(options, pino.destination({ fd: STDOUT, sync: true }));
}

const STDOUT = 1;

const SECRETS = ["secretAccessKey", "sessionToken", "accessKeyId", "authorization", "Authorization", "password", "token"];

/** An error without what its maker hung on it: SDK errors carry whole responses. */
function plainError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { type, message, stack } = stdSerializers.err(error);
  const code = "code" in error ? { code: String(error.code) } : {};
  return { type, message, ...code, stack };
}
