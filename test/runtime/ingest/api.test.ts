import { createRoute } from "@hono/zod-openapi";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { AwsFailure } from "../../../runtime/aws/errors.ts";
import { isSameToken, requireToken, TOKEN_SECURITY } from "../../../runtime/ingest/token.ts";
import type { Api } from "../../../runtime/pipelines/pipeline.ts";
import { problemIn, TestApi } from "../../support/test-api.ts";

const PARCEL = z.strictObject({
  name: z.string().min(1).max(5),
  size: z.enum(["small", "large"]),
  weights: z.array(z.int().min(1).max(9)).min(1),
});

const content = { "application/json": { schema: PARCEL } };
const SEND = createRoute({
  method: "post",
  path: "/parcels",
  request: { body: { required: true, content } },
  responses: { 200: { description: "sent", content } },
});
const GUARDED = createRoute({
  method: "post",
  path: "/guarded",
  security: TOKEN_SECURITY,
  middleware: [requireToken((token) => Promise.resolve(isSameToken(token, "the-token")))] as const,
  request: { body: { required: true, content } },
  responses: { 200: { description: "sent", content } },
});

function parcels(api: Api): void {
  api.openapi(SEND, (context) => context.json(context.req.valid("json"), 200));
  api.openapi(GUARDED, (context) => context.json(context.req.valid("json"), 200));
  api.get("/throttled", () => {
    throw new AwsFailure({ operation: "Publish", kind: "throttled", code: "Throttling", message: "slower" });
  });
  api.get("/defect", () => {
    throw new Error("a secret of the house");
  });
}

const GOOD = { name: "box", size: "small", weights: [1] };

describe("an API tells of one shape of error", () => {
  it("with all faults at once: where, what value, what it has to be", async () => {
    const response = await new TestApi({ mount: parcels }).post("/parcels", {
      name: "too long",
      size: "huge",
      weights: [0, 1.5, 3],
      extra: true,
    });
    expect(response.status).toBe(422);
    expect(response.headers.get("Content-Type")).toBe("application/problem+json");
    expect(await problemIn(response)).toMatchObject({
      type: "about:blank",
      title: "Unprocessable Content",
      status: 422,
      request_id: response.headers.get("X-Request-Id"),
      faults: [
        { in: "body", path: "/name", value: "too long", must: "has to be at most 5 characters long" },
        { in: "body", path: "/size", value: "huge", must: "has to be one of small, large" },
        { in: "body", path: "/weights/0", value: 0, must: "has to be at least 1" },
        { in: "body", path: "/weights/1", value: 1.5, must: "has to be a whole number" },
        { in: "body", path: "/extra", value: true, must: "has to be left out: there is no such field" },
      ],
    });
  });

  it.each([
    ["no JSON", "{", {}, 400],
    ["nothing", "", {}, 400],
    ["another type", "name=box", { "Content-Type": "text/plain" }, 415],
    ["more than is read", JSON.stringify({ name: "x".repeat(300) }), {}, 413],
  ])("for a body that is %s", async (_, body, headers, status) => {
    const response = await new TestApi({ mount: parcels, bodyLimitBytes: 200 }).post("/parcels", body, headers);
    expect(response.status).toBe(status);
    expect(await problemIn(response)).toMatchObject({ status });
  });

  it("for what is not there", async () => {
    const response = await new TestApi().get("/nowhere");
    expect(await problemIn(response)).toMatchObject({ status: 404, detail: "There is no GET /nowhere." });
  });

  it("for what AWS may take later, with the time of the next try", async () => {
    const response = await new TestApi({ mount: parcels }).get("/throttled");
    expect([response.status, response.headers.get("Retry-After")]).toEqual([503, "1"]);
  });

  it("for a defect, of which only the log knows more", async () => {
    const api = new TestApi({ mount: parcels });
    const response = await api.get("/defect");
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("secret");
    expect(api.log.join("")).toContain("a secret of the house");
  });
});

describe("an API's requests", () => {
  it("keep a well-formed id, and are given one otherwise", async () => {
    const api = new TestApi();
    const idFor = async (id: string) => (await api.get("/health", { "X-Request-Id": id })).headers.get("X-Request-Id");
    expect(await idFor("order-17")).toBe("order-17");
    expect(await idFor("two words")).toMatch(/^[0-9a-f-]{36}$/);
    expect(await idFor("x".repeat(200))).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("are logged with their id and their route, and with nothing that they held", async () => {
    const api = new TestApi({ mount: parcels });
    const headers = { "X-Request-Id": "order-17", Authorization: "Bearer the-token" };
    await api.post("/guarded?key=hush", { ...GOOD, name: "Smith" }, headers);
    const [line = ""] = api.log;
    expect(JSON.parse(line)).toMatchObject({ requestId: "order-17", method: "POST", route: "/guarded", status: 200, msg: "answered" });
    expect(api.log.join("")).not.toMatch(/hush|the-token|Smith/);
  });

  it("are limited by address, and told when to come again", async () => {
    const api = new TestApi({ ratePerMin: 3 });
    const statuses = await Promise.all(Array.from({ length: 5 }, async () => (await api.get("/metrics")).status));
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
    const response = await api.get("/metrics");
    expect(Number(response.headers.get("Retry-After"))).toBeGreaterThan(0);
    expect((await problemIn(response)).title).toBe("Too Many Requests");
    expect((await api.get("/health")).status).toBe(200);
  });

  it("with a token that was accepted are limited by it, and with made-up tokens by address", async () => {
    const api = new TestApi({ mount: parcels, ratePerMin: 3 });
    const post = async (token: string) => (await api.post("/guarded", GOOD, { Authorization: `Bearer ${token}` })).status;
    expect(await post("the-token")).toBe(200);
    expect([await post("made-up-1"), await post("made-up-2"), await post("made-up-3")]).toEqual([401, 401, 429]);
    expect([await post("the-token"), await post("the-token"), await post("the-token"), await post("the-token")]).toEqual([
      200, 200, 200, 429,
    ]);
  });

  it("behind trusted proxies are told apart by the address that the outermost one has added", async () => {
    const api = new TestApi({ ratePerMin: 1, trustedProxies: 1 });
    const statusFrom = async (forwarded: string) => (await api.get("/metrics", { "X-Forwarded-For": forwarded })).status;
    expect(await statusFrom("198.51.100.1")).toBe(200);
    expect(await statusFrom("198.51.100.2")).toBe(200);
    expect(await statusFrom("203.0.113.9, 198.51.100.1")).toBe(429);
  });
});

describe("a token", () => {
  it.each([
    ["", 401],
    ["Basic abc", 401],
    ["Bearer", 401],
    ["Bearer wrong", 401],
    ["bearer the-token", 200],
  ])("in %j is answered with %i", async (authorization, status) => {
    const response = await new TestApi({ mount: parcels }).post("/guarded", GOOD, { Authorization: authorization });
    expect(response.status).toBe(status);
    expect(response.headers.get("WWW-Authenticate")).toBe(status === 401 ? "Bearer" : null);
  });

  it("is asked for before anything else is looked at", async () => {
    expect((await new TestApi({ mount: parcels }).post("/guarded", "{")).status).toBe(401);
  });
});

describe("an API's own pages", () => {
  const readQueue = () => Promise.resolve({ visible: 7, inFlight: 2, delayed: 1, dead: 3 });

  it("tell what the queue holds to who asks for JSON", async () => {
    const response = await new TestApi({ readQueue }).get("/metrics", { Accept: "application/json" });
    expect(await response.json()).toEqual({ visible: 7, not_visible: 2, delayed: 1, dead_letters: 3 });
  });

  it.each(["*/*", "text/plain", "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1"])(
    "tell figures for Prometheus to who accepts %s",
    async (accept) => {
      const api = new TestApi({ mount: parcels, readQueue });
      await api.post("/parcels", { name: 1 });
      await api.get("/nowhere/at/all");
      const text = await (await api.get("/metrics", { Accept: accept })).text();
      expect(text).toContain('headroom_api_requests_total{method="POST",route="/parcels",status="422"} 1');
      expect(text).toContain('headroom_api_requests_total{method="GET",route="none",status="404"} 1');
      expect(text).toContain('headroom_api_validation_errors_total{route="/parcels"} 1');
    },
  );

  it("have no page for people beside them where none was built, and say so", async () => {
    const response = await new TestApi({ page: "never-built" }).get("/never-built.html");
    expect(await problemIn(response)).toMatchObject({ status: 404, detail: expect.stringContaining("`npm run build`") as string });
    expect((await problemIn(await new TestApi().get("/board.html"))).detail).toBe("There is no GET /board.html.");
  });

  it("say that it stops while it does, and close connections after their answers", async () => {
    let isStopping = false;
    const api = new TestApi({ isStopping: () => isStopping });
    expect((await api.get("/ready")).status).toBe(200);
    isStopping = true;
    const response = await api.get("/ready");
    expect([response.status, response.headers.get("Connection")]).toEqual([503, "close"]);
    expect((await api.get("/health")).status).toBe(200);
  });

  it("describe the routes, their bodies and their errors in OpenAPI 3.1", async () => {
    const document = (await (await new TestApi({ mount: parcels }).get("/openapi.json")).json()) as {
      openapi: string;
      paths: Record<string, { post?: { security?: unknown; requestBody?: { content: Record<string, { schema: unknown }> } } }>;
      components: { securitySchemes: unknown };
    };
    expect(document.openapi).toBe("3.1.0");
    expect(Object.keys(document.paths)).toEqual(expect.arrayContaining(["/health", "/ready", "/metrics", "/parcels", "/guarded"]));
    expect(document.paths["/parcels"]?.post?.requestBody?.content["application/json"]?.schema).toMatchObject({
      type: "object",
      additionalProperties: false,
      required: ["name", "size", "weights"],
      properties: { name: { type: "string", minLength: 1, maxLength: 5 } },
    });
    expect(document.paths["/guarded"]?.post?.security).toEqual([{ token: [] }]);
    expect(document.components.securitySchemes).toEqual({ token: { type: "http", scheme: "bearer" } });
  });
});
