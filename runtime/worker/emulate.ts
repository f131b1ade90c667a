import type { HandledMessage, Handler } from "./handler.ts";

/**
 * The handler that stands for any other: it sleeps as long as the message says, and fails as the message says. It never
 * burns time, so that dozens of workers fit on one machine.
 *
 * The body is JSON, all of it optional:
 *
 * - `serviceTimeMs`: how long the job takes. An attribute of the same name overrules it.
 * - `failedAttempts`: the first so many attempts fail, after their service time.
 * - `isDownstream`: they fail because of what the job calls.
 */
export const emulate: Handler = async (message, { attempt, signal }) => {
  const { serviceTimeMs, failedAttempts, isDownstream } = orderIn(message);
  await sleep(serviceTimeMs, signal);
  return attempt <= failedAttempts ? { kind: "failed", reason: "as the message says", isDownstream } : { kind: "done" };
};

interface Order {
  readonly serviceTimeMs: number;
  readonly failedAttempts: number;
  readonly isDownstream: boolean;
}

function orderIn({ body, attributes }: HandledMessage): Order {
  const { serviceTimeMs, failedAttempts, isDownstream } = Object(JSON.parse(body)) as Readonly<Record<string, unknown>>;
  return {
    serviceTimeMs: count("serviceTimeMs", attributes["serviceTimeMs"] ?? serviceTimeMs),
    failedAttempts: count("failedAttempts", failedAttempts),
    isDownstream: isDownstream === true,
  };
}

function count(name: string, value: unknown = 0): number {
  const number = Number(value);
  if (!(number >= 0)) throw new Error(`${name} is ${JSON.stringify(value)}, and has to be a number of at least 0.`);
  return number;
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    });
  });
}
