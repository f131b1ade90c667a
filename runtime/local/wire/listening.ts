import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/** The only address that the embedded AWS listens on. */
export const LOOPBACK_ADDRESS = "127.0.0.1";

/** Returns the port: the one asked for, or any free one for 0. */
export function listenOnLoopback(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, LOOPBACK_ADDRESS, () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** Takes no more requests, lets those at work finish for a moment, then ends what is left. */
export async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve, reject) => {
    server.close((error) => {
      if (error === undefined) resolve();
      else reject(error);
    });
  });
  server.closeIdleConnections();
  const late = setTimeout(() => {
    server.closeAllConnections();
  }, CLOSING_MS);
  await closed;
  clearTimeout(late);
}

/** How long a request at work may go on when its server closes. */
const CLOSING_MS = 100;
