import { serve, type ServerType } from "@hono/node-server";
import type { Hono } from "hono";
import { Server as NetServer, type AddressInfo } from "node:net";
import type { Clock } from "./clock.ts";
import { pause } from "./pause.ts";

export interface Listening {
  readonly port: number;
  /** Stops listening, and hangs up on whoever is connected. */
  close(): Promise<void>;
  /**
   * Stops listening and lets every connection end by itself: after its next answer, which has to ask for that, or when it has
   * been idle for so long that clients expect it. Nobody's request meets a connection that is being closed.
   *
   * @param signal Ends the waiting before its time.
   */
  leave(clock: Clock, signal: AbortSignal): Promise<void>;
  /**
   * Stops listening and lets the requests under way end; after `limitMs` hangs up on those that have not.
   *
   * @returns Whether all of them have ended by themselves.
   */
  finish(limitMs: number, clock: Clock): Promise<boolean>;
}

/** Listens until closed. Rejects when the port is taken. */
export function listen(pages: Pick<Hono, "fetch">, { port, host }: { readonly port: number; readonly host: string }): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const server: ServerType = serve({ fetch: pages.fetch, port, hostname: host }, ({ port: taken }: AddressInfo) => {
      server.off("error", reject);
      resolve({
        port: taken,
        close: () => closed(server),
        leave: (clock, signal) => left(server, clock, signal),
        finish: (limitMs, clock) => finished(server, limitMs, clock),
      });
    });
    server.once("error", reject);
    // Longer than load balancers keep theirs (60 s is usual): a connection that both sides close at once loses a request.
    if ("keepAliveTimeout" in server) server.keepAliveTimeout = KEEP_ALIVE_MS;
  });
}

function closed(server: ServerType): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    if ("closeAllConnections" in server) server.closeAllConnections();
  });
}

async function left(server: ServerType, clock: Clock, signal: AbortSignal): Promise<void> {
  const gone = new AbortController();
  // A server of HTTP would hang up on idle connections at once, and so on a client that is just about to use one.
  NetServer.prototype.close.call(server, () => gone.abort());
  await pause(clock, LEAVE_LIMIT_MS, AbortSignal.any([gone.signal, signal]));
}

async function finished(server: ServerType, limitMs: number, clock: Clock): Promise<boolean> {
  const over = new AbortController();
  let hasEnded = false;
  server.close(() => {
    hasEnded = true;
    over.abort();
  });
  if ("closeIdleConnections" in server) server.closeIdleConnections();
  await pause(clock, limitMs, over.signal);
  const endedByThemselves = hasEnded;
  if ("closeAllConnections" in server) server.closeAllConnections();
  return endedByThemselves;
}

const KEEP_ALIVE_MS = 65_000;
/** How long a server that leaves may wait for its connections: what is idle has ended by itself by then. */
export const LEAVE_LIMIT_MS = KEEP_ALIVE_MS + 5000;
