import { beforeEach, describe, expect, it } from "vitest";
import { closedFleetApi, fleetApi, type FleetApi } from "../../../../runtime/local/live/fleet-api.ts";

const HOST = "127.0.0.1:4173";
const GOOD = { scenario: { version: 1, name: "Small" } };

let api: FleetApi;
let token: string;

beforeEach(async () => {
  api = fleetApi("nothing-is-started.js");
  ({ token } = (await (await ask("/api/fleet")).json()) as { token: string });
});

interface Asked {
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends a request as a program of this machine would, or with the headers of a browser. */
async function ask(path: string, { headers = {}, ...init }: Asked = {}, to = api): Promise<Response> {
  return to.fetch(new Request(`http://${HOST}${path}`, { ...init, headers: { Host: HOST, ...headers } }));
}

function start(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return ask("/api/fleet/run", {
    method: "POST",
    body: text,
    headers: { "Content-Type": "application/json", "Content-Length": String(text.length), Authorization: `Bearer ${token}`, ...headers },
  });
}

async function problem(response: Response) {
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  return (await response.json()) as { status: number; detail: string; faults?: { path: string; value?: unknown; must: string }[] };
}

const ROUTES = [
  ["GET", "/api/fleet"],
  ["GET", "/api/fleet/events"],
  ["GET", "/api/fleet/run/scenario"],
  ["POST", "/api/fleet/run"],
  ["DELETE", "/api/fleet/run"],
] as const;

describe("the fleet of this machine", () => {
  describe.each(ROUTES)("at %s %s", (method, path) => {
    it.each([
      ["under a name that was made to lead here", { Host: "evil.example" }],
      ["under a name that only looks like this machine", { Host: "127.0.0.1.evil.example:4173" }],
      ["without a Host", { Host: "" }],
      ["by a page from elsewhere", { Origin: "https://evil.example" }],
      ["by a page of this machine on another port", { Origin: "http://127.0.0.1:9999" }],
      ["by a page without an origin", { Origin: "null" }],
      ["as another page's link, picture or form", { "Sec-Fetch-Site": "cross-site" }],
      ["by a page of the same site", { "Sec-Fetch-Site": "same-site" }],
    ])("is refused when it is asked %s, token or not", async (_, headers) => {
      for (const more of [{}, { Authorization: `Bearer ${token}` }]) {
        const answer = await ask(path, { method, headers: { ...more, ...headers } });
        expect(answer.status).toBe(403);
        expect(answer.headers.get("access-control-allow-origin")).toBeNull();
        expect(JSON.stringify(await problem(answer))).not.toContain(token);
      }
    });
  });

  it("answers the page of its own server, and whoever types the address", async () => {
    const page = { Origin: `http://${HOST}`, "Sec-Fetch-Site": "same-origin" };
    for (const headers of [page, { "Sec-Fetch-Site": "none" }, { Host: "localhost:4173", Origin: "http://localhost:4173" }]) {
      const answer = await ask("/api/fleet", { headers });
      expect([answer.status, answer.headers.get("cache-control")]).toEqual([200, "no-store"]);
      expect(await answer.json()).toEqual({ token, run: null });
    }
  });

  it("has another token for each server, and none that could be guessed", async () => {
    const other = (await (await ask("/api/fleet", {}, fleetApi("other.js"))).json()) as { token: string };
    expect(other.token).not.toBe(token);
    expect(Buffer.from(token, "base64url").length).toBeGreaterThanOrEqual(16);
  });

  it.each([
    ["no token", { Authorization: "" }],
    ["a wrong one", { Authorization: "Bearer wrong" }],
    ["another kind of proof", { Authorization: "Basic d3Jvbmc=" }],
  ])("starts and stops nothing for %s", async (_, headers) => {
    expect((await start(GOOD, headers)).status).toBe(401);
    expect((await ask("/api/fleet/run", { method: "DELETE", headers })).status).toBe(401);
  });

  it.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json-seq", ""])(
    "takes no body of the kind %j, as a form without a script could send it",
    async (type) => {
      expect((await start(GOOD, { "Content-Type": type })).status).toBe(415);
    },
  );

  it("takes no body that is too large, and none that is no JSON", async () => {
    const huge = JSON.stringify({ scenario: "x".repeat(34_000_000) });
    for (const headers of [{}, { "Transfer-Encoding": "chunked" }]) expect((await start(huge, headers)).status).toBe(413);
    const broken = await start("{");
    expect([broken.status, (await problem(broken)).detail]).toEqual([400, "The body is no JSON."]);
  });

  it("tells all faults at once, of the request and of its scenario", async () => {
    const answer = await start({
      scenario: { version: 1, name: "Bad", fleet: { min: -1 }, worker: { slots: 0 } },
      forSec: 1,
      scale: "much",
      colour: "red",
    });
    const { status, faults = [] } = await problem(answer);
    expect(status).toBe(422);
    expect(faults.map(({ path }) => path).sort()).toEqual([
      "/colour",
      "/forSec",
      "/scale",
      "/scenario/fleet/min",
      "/scenario/worker/slots",
    ]);
    expect(faults.find(({ path }) => path === "/scenario/fleet/min")).toMatchObject({
      value: -1,
      must: expect.stringContaining("give a") as string,
    });
  });

  it("tells what is in the way of running it here: too many instances, a policy that AWS has not, users with no later beginning", async () => {
    const answer = await start({
      scenario: {
        version: 1,
        name: "Large",
        fleet: { min: 70, max: 80 },
        policy: { kind: "headroom" },
        traffic: { kind: "users" },
      },
      fromSec: 60,
      controller: "aws",
    });
    const { faults = [] } = await problem(answer);
    expect(faults.map(({ path }) => path)).toEqual(["/controller", "/scenario/fleet/min", "/fromSec"]);
  });

  it.each([
    ["a policy in a file", { policy: { kind: "module", file: "/tmp/policy.ts" } }, "/scenario/policy"],
    ["a policy with code beside it", { policy: { kind: "exact-backlog", module: "data:text/javascript,1" } }, "/scenario/policy/module"],
    ["a handler", { handler: "/tmp/handler.ts" }, "/scenario/handler"],
    ["a prototype", JSON.parse('{"__proto__":{"polluted":1}}') as object, "/scenario/__proto__"],
  ])("takes data and no code: %s is refused", async (_, fields, path) => {
    const text = JSON.stringify({ scenario: GOOD.scenario }).replace('"name"', `${JSON.stringify(fields).slice(1, -1)},"name"`);
    const { status, faults = [] } = await problem(await start(text));
    expect(status).toBe(422);
    expect(faults.some((fault) => fault.path.startsWith(path))).toBe(true);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it("says so when there is nothing to stop, and nothing at an address", async () => {
    const stop = await ask("/api/fleet/run", { method: "DELETE", headers: { Authorization: `Bearer ${token}` } });
    expect((await problem(stop)).detail).toBe("Nothing has been run yet.");
    expect((await problem(await ask("/api/fleet/nothing"))).status).toBe(404);
  });
});

describe("where no fleet may be run", () => {
  it.each(ROUTES)("%s %s says why", async (method, path) => {
    const answer = await ask(path, { method }, closedFleetApi("Other machines can reach this."));
    expect(await problem(answer)).toMatchObject({ status: 403, detail: "Other machines can reach this." });
  });
});
