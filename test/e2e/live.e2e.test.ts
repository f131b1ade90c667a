import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Hono } from "hono";
import type { Page } from "playwright";
import { describe, expect, it, onTestFinished } from "vitest";
import { listen } from "../../runtime/http-server.ts";
import { pageFiles } from "../../runtime/built/page-files.ts";
import { serveBuilt } from "../support/built-app.ts";
import { exact, PATIENCE, violations, visits } from "./visit.ts";

const { blank } = visits();

const phase = (page: Page, name: string) => page.waitForSelector(`.run-here[data-phase="${name}"]`, PATIENCE);
const tile = (page: Page, name: string) => page.locator(`[data-tile="${name}"] b`).textContent();

/** A server of its own: what runs on it is seen by every page that it serves. */
async function ownServer() {
  const server = await serveBuilt();
  onTestFinished(() => server.close());
  return server;
}

async function saved(page: Page, name: string): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name }).click()]);
  return (await readFile(await download.path())).toString();
}

describe("a scenario on this machine", () => {
  it("is set up, started, followed over its forecast, left, found again, stopped, and compared", async () => {
    const { url } = await ownServer();
    const page = await blank({ permissions: ["clipboard-read", "clipboard-write"] });
    await page.goto(url);
    await exact(page);
    await page.getByRole("button", { name: "Run it here" }).click();
    await phase(page, "setup");
    // The busiest quarter of an hour of a bank whose customers come at nine.
    await expect.poll(() => page.locator(".beginning output").textContent()).toMatch(/^08:5\d to 09:0\d$/);
    await expect.poll(() => page.getByRole("img", { name: /^Backlog and in flight, at the end of the line: backlog \d/ }).count()).toBe(1);
    expect(await violations(page)).toEqual([]);
    const slider = page.getByRole("slider", { name: "Time under the crosshair" });
    await slider.press("End");
    await expect.poll(() => slider.getAttribute("aria-valuetext")).toMatch(/^09:0\d:00: arrivals .+ backlog .+ in service \d+/);
    await page.getByLabel("For").selectOption({ label: "1 min" });
    await page.getByLabel("Traffic").selectOption({ label: "× 2" });
    await page.getByRole("button", { name: "Run it here" }).click();

    await phase(page, "running");
    await expect.poll(async () => Number((await tile(page, "backlog"))?.replace(",", ""))).toBeGreaterThan(20);
    await expect.poll(() => tile(page, "throughputPerSec")).toMatch(/^[1-9].* \/s$/);
    await expect.poll(() => tile(page, "inService")).toBe("2");
    await expect.poll(() => page.locator('[data-tile="backlog"] .dim').textContent()).toMatch(/^forecast \d/);
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Copy the address: Queue" }).click();
    await page.getByText(/^Copied: http/).waitFor(PATIENCE);
    expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/000000000000\/jobs$/);

    await page.goto("about:blank");
    await page.goto(url);
    await page.getByText("“Online banking on EC2” is running on this machine.").waitFor(PATIENCE);
    await page.getByRole("button", { name: "Show it" }).click();
    await phase(page, "running");
    await expect.poll(() => page.locator(".run-phase").textContent(), PATIENCE).toMatch(/(?:[6-9]|\d\d) s of 1 min$/);

    await page.getByRole("button", { name: "Stop" }).click();
    await phase(page, "ended");
    const row = (figure: string) => page.getByRole("row", { name: new RegExp(`^${figure} `) });
    await expect.poll(() => row("Mean in service").textContent()).toBe("Mean in service220.0 %");
    await expect.poll(() => row("Mean backlog").textContent()).toMatch(/^Mean backlog\d[\d.,]*\d[\d.,]*[+−]?\d+\.\d %$/);
    expect(await violations(page)).toEqual([]);
    const rows = (await saved(page, "Save rows, CSV")).trim().split("\r\n");
    expect(rows[0]).toMatch(/^timeMs,arrivalRatePerSec,throughputPerSec,backlog \(messages\),/);
    expect(rows.length).toBeGreaterThan(6);
    const all = JSON.parse(await saved(page, "Save all, JSON")) as { run: { phase: string }; rows: unknown[]; scenario: { name: string } };
    expect(all).toMatchObject({ run: { phase: "ended", scale: 2 }, scenario: { name: "Online banking on EC2" } });
    expect(all.rows).toHaveLength(rows.length - 1);

    await page.getByRole("button", { name: "Set up another run" }).click();
    await phase(page, "setup");
    await page.getByRole("button", { name: "Back to the last run" }).click();
    await phase(page, "ended");
  });

  it("cannot be started where nobody stands behind the page, which says how to get one; the forecast is there all the same", async () => {
    const files = new Hono().use(...pageFiles(join(import.meta.dirname, "../../dist/web"), "/assets/"));
    const server = await listen(files, { port: 0, host: "127.0.0.1" });
    onTestFinished(() => server.close());
    const page = await blank();
    await page.goto(`http://127.0.0.1:${server.port}/#live`);
    await page.getByText("There is no fleet behind this page.").waitFor(PATIENCE);
    await expect.poll(() => page.getByText("npm ci && npm start").count()).toBe(1);
    await expect.poll(() => page.getByRole("button", { name: "Run it here" }).isDisabled()).toBe(true);
    await expect.poll(() => page.getByRole("img", { name: /^Instances, at the end of the line: desired \d/ }).count()).toBe(1);
    expect(await violations(page)).toEqual([]);
  });

  it("is said to be lost when its server goes away", async () => {
    const server = await serveBuilt();
    const page = await blank();
    await page.goto(`${server.url}#live`);
    await expect.poll(() => page.getByRole("button", { name: "Run it here" }).isEnabled(), PATIENCE).toBe(true);
    await server.close();
    await page.getByText("The server does not answer any more.").waitFor(PATIENCE);
    await expect.poll(() => page.getByRole("button", { name: "Run it here" }).isDisabled()).toBe(true);
  });

  it("fits a phone: nothing is wider than the screen, in light and dark", async () => {
    const { url } = await ownServer();
    for (const colorScheme of ["light", "dark"] as const) {
      const page = await blank({ viewport: { width: 360, height: 740 }, colorScheme, hasTouch: true });
      await page.goto(`${url}#live`);
      await expect.poll(() => page.getByRole("img", { name: /^Instances, at the end of the line: desired \d/ }).count(), PATIENCE).toBe(1);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
      expect(await violations(page)).toEqual([]);
    }
  });
});
