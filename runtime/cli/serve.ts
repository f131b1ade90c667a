import { getRequestListener } from "@hono/node-server";
import { existsSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { BlockList, isIPv6, type AddressInfo } from "node:net";
import { join } from "node:path";
import sirv from "sirv";
import { builtPath } from "./bundle.ts";
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
 * server. It reads the files once: a new build needs a new start.
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

/** The page may load what comes from this server, and nothing else; nothing inline runs. Charts are exported as data or blobs. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": CONTENT_SECURITY_POLICY,
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};

function handler(folder: string, fleet: FleetApi): (request: IncomingMessage, response: ServerResponse) => void {
  // sirv lists the files when it is made and serves these only: no path can lead out of the folder.
  const files = sirv(folder, {
    etag: true,
    // The build puts compressed copies beside the files.
    gzip: true,
    setHeaders: (response, path) => {
      // The build puts a hash of the content in the names below assets/: what has such a name never changes.
      response.setHeader("Cache-Control", path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache");
    },
  });
  const toFleet = getRequestListener(fleet.fetch, { overrideGlobalObjects: false });
  return (request, response) => {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    if (request.url === FLEET_PATH || request.url?.startsWith(`${FLEET_PATH}/`) === true) {
      void toFleet(request, response);
      return;
    }
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.setHeader("Allow", "GET, HEAD");
      refuse(response, 405, "Method not allowed");
      return;
    }
    files(request, response, () => {
      refuse(response, 404, "Not found");
    });
  };
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
