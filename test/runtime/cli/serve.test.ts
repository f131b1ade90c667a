import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serve, type Serving } from "../../../runtime/cli/serve.ts";

let parent: string;
let folder: string;
let serving: Serving;

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), "headroom-serve-"));
  folder = join(parent, "web");
  await mkdir(join(folder, "assets"), { recursive: true });
  await writeFile(join(folder, "index.html"), "<!doctype html><title>Workbench</title>");
  await writeFile(join(folder, "assets/page-4f2a.js"), "export {};");
  await writeFile(join(folder, "packed.js"), "plain();");
  await writeFile(join(folder, "packed.js.gz"), gzipSync("packed();"));
  await writeFile(join(parent, "secret.txt"), "secret");
  serving = await serve({ port: 0, folder });
});

afterAll(async () => {
  await serving.close();
  await rm(parent, { recursive: true });
});

const get = (path: string, init?: RequestInit) => fetch(new URL(path, serving.url), init);

/** Sends a request line as it is: `fetch` and `URL` would tidy up the path. */
function raw(requestLine: string): Promise<string> {
  const { hostname, port } = new URL(serving.url);
  return new Promise((resolve, reject) => {
    let answer = "";
    connect(Number(port), hostname)
      .on("data", (data) => (answer += data.toString()))
      .on("end", () => resolve(answer))
      .on("error", reject)
      .end(`${requestLine}\r\nHost: ${hostname}\r\nConnection: close\r\n\r\n`);
  });
}

describe("the server of the workbench", () => {
  it("gives the page at its address, to this machine only", async () => {
    expect(serving.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const answer = await get("/");
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toMatch(/^text\/html/);
    expect(answer.headers.get("cache-control")).toBe("no-cache");
    expect(await answer.text()).toContain("Workbench");
  });

  it("lets browsers keep what carries a hash in its name", async () => {
    const answer = await get("/assets/page-4f2a.js");
    expect(answer.headers.get("content-type")).toMatch(/^text\/javascript/);
    expect(answer.headers.get("cache-control")).toContain("immutable");
  });

  it("sends a page again only when it has changed", async () => {
    const tag = (await get("/")).headers.get("etag");
    const unchanged = await get("/", { headers: { "If-None-Match": String(tag) } });
    expect([unchanged.status, await unchanged.text()]).toEqual([304, ""]);
    expect((await get("/", { headers: { "If-None-Match": '"another"' } })).status).toBe(200);
  });

  it("sends the compressed copy to who takes it", async () => {
    const packed = await get("/packed.js");
    expect([packed.headers.get("content-encoding"), packed.headers.get("vary")]).toEqual(["gzip", "Accept-Encoding"]);
    expect(await packed.text()).toBe("packed();");
    const plain = await get("/packed.js", { headers: { "Accept-Encoding": "identity" } });
    expect([plain.headers.get("content-encoding"), await plain.text()]).toEqual([null, "plain();"]);
  });

  it.each(["/", "/assets/page-4f2a.js", "/nothing"])("forbids foreign and inline code at %s", async (path) => {
    const { headers } = await get(path);
    const policy = headers.get("content-security-policy");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("worker-src 'self';");
    expect(policy).not.toContain("unsafe");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  });

  it("answers 404 to what is not there, without the page", async () => {
    const answer = await get("/nothing");
    expect(answer.status).toBe(404);
    expect(await answer.text()).toBe("Not found\n");
  });

  it("answers 405 to anything but reading", async () => {
    for (const method of ["POST", "PUT", "DELETE"]) {
      const answer = await get("/", { method });
      expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
    }
  });

  it.each([
    "/../secret.txt",
    "/assets/../../secret.txt",
    "/%2e%2e/secret.txt",
    "/..%2fsecret.txt",
    "/..\\secret.txt",
    "//etc/passwd",
    "/%00",
    "/%",
  ])("keeps to its folder when asked for %s", async (path) => {
    const answer = await raw(`GET ${path} HTTP/1.1`);
    expect(answer).toMatch(/^HTTP\/1\.1 40[04]/);
    expect(answer).not.toContain("secret\n");
  });

  it("keeps its fleet closed unless it is given what instances run, and answers under the same rules as the page", async () => {
    const answer = await get("/api/fleet");
    expect([answer.status, answer.headers.get("content-type")]).toEqual([403, "application/problem+json"]);
    expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(answer.headers.get("cross-origin-resource-policy")).toBe("same-origin");
    expect((await get("/api/fleetly")).status).toBe(404);
  });

  it("takes the next port when its own is taken, and says so when told which", async () => {
    const first = await serve({ folder });
    const second = await serve({ folder });
    try {
      expect(Number(new URL(second.url).port)).toBeGreaterThan(Number(new URL(first.url).port));
      await expect(serve({ folder, port: Number(new URL(first.url).port) })).rejects.toThrow(/EADDRINUSE/);
    } finally {
      await Promise.all([first.close(), second.close()]);
    }
  });

  it("says what to do when the page has not been built", async () => {
    await expect(serve({ port: 0, folder: parent })).rejects.toThrow(/run `npm run build` first/);
  });
});
