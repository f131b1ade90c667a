import { getRequestListener } from "@hono/node-server";
import { existsSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { BlockList, isIPv6, type AddressInfo } from "node:net";
import { join } from "node:path";
import { Hono } from "hono";
import { builtPath } from "../built/built-path.ts";
import { PAGE_HEADERS, pageFiles } from "../built/page-files.ts";
import { closedFleetApi, FLEET_PATH, fleetApi, type FleetApi } from "../local/live/fleet-api.ts";

export interface ServeOptions {
  /** Port to listen on, 0 for any free one. Default: 4173, or the next free one of the 20 after it. */
  readonly port?: number | undefined;
  /** Address to listen on. Default: 127.0.0.1, so that only this machine can see the page. */
  readonly host?: string | undefined;
  /** Folder to serve. Default: the built workbench. */
  readonly folder?: string | undefined;
  /** What the instances of a fleet on this machine run; undefined for no fleet. */
  readonly workerScript?: string | undefined;
}

export interface Serving {
  /** Where the page is, with a slash at the end. */
  readonly url: string;
  /** Ends the fleet that runs, stops listening and ends what is still connected. */
  close(): Promise<void>;
}

const DEFAULT_PORT = 4173;
const PORTS_TRIED = 20;

/**
 * Serves the built workbench over HTTP until closed, and the fleet of this machine to it where nobody else can reach the
 * server.
 */
export async function serve(options: ServeOptions = {}): Promise<Serving> {
  const { port, host = "127.0.0.1", folder = builtPath("web") ?? "dist/web", workerScript } = options;
  if (!existsSync(join(folder, "index.html"))) throw new Error(`No page in ${folder}: run \`npm run build\` first.`);
  const server = createServer();
  const listening = port === undefined ? await listenFrom(server, DEFAULT_PORT, host) : await listen(server, port, host);
  const { address } = server.address() as AddressInfo;
  const fleet = fleetFor(address, workerScript);
  // Before this turn ends nobody is heard.
  server.on("request", handler(folder, fleet));
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${listening}/`,
    close: async () => {
      await fleet.close();
      await closed(server);
    },
  };
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => {
      if (error === undefined) resolve();
      else reject(error);
    });
    server.closeAllConnections();
  });
}

/** Starting processes is for this machine alone. */
function fleetFor(address: string, workerScript: string | undefined): FleetApi {
  if (workerScript === undefined) return closedFleetApi("This server was started without a fleet.");
  if (!LOOPBACK.check(address, isIPv6(address) ? "ipv6" : "ipv4")) {
    return closedFleetApi(`This server can be reached from other machines (it listens on ${address}), so it runs nothing for anybody.`);
  }
  return fleetApi(workerScript);
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");

function handler(folder: string, fleet: FleetApi): (request: IncomingMessage, response: ServerResponse) => void {
  const toPage = getRequestListener(page(folder).fetch, { overrideGlobalObjects: false });
  const toFleet = getRequestListener(fleet.fetch, { overrideGlobalObjects: false });
  return (request, response) => {
    for (const [name, value] of Object.entries(PAGE_HEADERS)) response.setHeader(name, value);
    if (request.url === FLEET_PATH || request.url?.startsWith(`${FLEET_PATH}/`) === true) {
      void toFleet(request, response);
      return;
    }
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.setHeader("Allow", "GET, HEAD");
      refuse(response, 405, "Method not allowed");
      return;
    }
    void toPage(request, response);
  };
}

function page(folder: string): Hono {
  const pages = new Hono();
  pages.get("*", ...pageFiles(folder, "/assets/"));
  pages.notFound((context) => context.text("Not found\n", 404, { "Cache-Control": "no-store" }));
  return pages;
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store" });
  response.end(`${text}\n`);
}

async function listenFrom(server: Server, first: number, host: string): Promise<number> {
  for (let port = first; ; port += 1) {
    try {
      return await listen(server, port, host);
    } catch (error) {
      const taken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
      if (!taken || port === first + PORTS_TRIED) throw error;
    }
  }
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
