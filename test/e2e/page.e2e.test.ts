import axe from "axe-core";
import { chromium, type Browser, type Page } from "playwright";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { findChromium } from "../support/chromium.ts";

const url = inject("workbenchUrl");
let browser: Browser;

beforeAll(async () => {
  browser = await chromium.launch(await findChromium());
});

afterAll(async () => {
  await browser.close();
});

describe("the workbench, as built and served", () => {
  let page: Page;
  /** What the browser complained about: errors, warnings, refused resources. */
  let complaints: string[];
  let requests: string[];

  beforeEach(async () => {
    complaints = [];
    requests = [];
    page = await browser.newPage();
    await page.addInitScript(() => {
      addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sourceFile }) => {
        console.error(`Content-Security-Policy: ${violatedDirective} refused ${blockedURI} in ${sourceFile}`);
      });
    });
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("requestfailed", (request) => complaints.push(`${request.url()}: ${String(request.failure()?.errorText)}`));
    page.on("response", (response) => {
      if (response.status() >= 400) complaints.push(`${response.url()}: ${response.status()}`);
    });
    page.on("request", (request) => requests.push(request.url()));
    return () => page.close();
  });

  it("opens without a complaint and asks no other host for anything", async () => {
    await page.goto(url, { waitUntil: "networkidle" });
    expect(await page.title()).toContain("Headroom");
    expect(complaints).toEqual([]);
    expect(requests.filter((request) => !request.startsWith(url) && !/^(data|blob):/.test(request))).toEqual([]);
  });

  it("has no fault that axe finds", async () => {
    await page.goto(url);
    await page.getByText(/^(Holds|Misses)$/).waitFor();
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`)).toEqual([]);
  });
});
