import type { Server } from "node:http";
import { objectionToCaller } from "../wire/gatekeeper.ts";

/** A store of this machine that runs until it is stopped. Everything in it is gone then. */
export interface LocalStore {
  /** Where clients reach it, such as `http://127.0.0.1:4570`. */
  readonly url: string;
  /** Takes requests of other servers in as well. */
  readonly server: Server;
  /** What it holds, a line for each of its parts: "12 items in transactions". */
  contents(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

/** Keeps pages of the web away from a server of another maker, as the embedded AWS keeps them away from itself. */
export function guardServer(server: Server): void {
  const listeners = server.listeners("request");
  server.removeAllListeners("request");
  server.on("request", (request, response) => {
    const objection = objectionToCaller(request.headers);
    if (objection === undefined) for (const listener of listeners) (listener as (...given: unknown[]) => void)(request, response);
    else {
      request.resume();
      response.writeHead(403, { "content-type": "text/plain; charset=utf-8" }).end(`${objection}\n`);
    }
  });
}
