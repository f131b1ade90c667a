import { pino } from "pino";
import type { HandledMessage, Handler, Outcome } from "../../runtime/worker/handler.ts";

export interface HandledOptions extends Partial<HandledMessage> {
  readonly signal?: AbortSignal;
  /** Takes what the handler logs, a line each. */
  readonly log?: string[];
}

/** What a handler makes of a message with this body; what it throws counts as failed, as in a worker. */
export async function handled(handler: Handler, body: string, options: HandledOptions = {}): Promise<Outcome> {
  const { signal = new AbortController().signal, log: lines = [], ...more } = options;
  const log = pino({}, { write: (line: string) => void lines.push(line) });
  const message = { id: "message-1", attributes: {}, groupId: undefined, sentAt: Date.UTC(2026, 0, 15, 12), ...more, body };
  try {
    return (await handler(message, { attempt: 1, slot: 0, deadline: Infinity, log, signal })) ?? { kind: "done" };
  } catch (error) {
    return { kind: "failed", reason: error instanceof Error ? error.message : String(error) };
  }
}
