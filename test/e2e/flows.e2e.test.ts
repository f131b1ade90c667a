import { readFile } from "node:fs/promises";
import type { Page } from "playwright";
import { describe, expect, inject, it } from "vitest";
import { digest, exact, figure, PATIENCE, violations, visits } from "./visit.ts";

const { open, blank } = visits();

const compared = (page: Page) => page.waitForSelector('.compare[data-state="done"] .figures-table', PATIENCE);

describe("from the start", () => {
  it("three answers become a scenario, with the sums in sight", async () => {
    const page = await open({}, "#start");
    await page.getByLabel(/At the peak/).fill("120");
    await page.waitForFunction(() => document.querySelector("main")?.textContent.includes("120 /s × 500 ms = 60 slots"));
    await expect.poll(() => page.locator("main").textContent()).toMatch(/Erlang C of 60 on \d+ slots/);
    await page.getByRole("button", { name: "Simulate this fleet" }).click();
    await exact(page);
    expect(Number(await page.locator('[data-field="traffic.peakRatePerSec"] .number').inputValue())).toBe(120);
    expect(await figure(page, "costPerMonthUsd")).toMatch(/^\$\d/);
  });

  it("a pitfall and its cure are compared on the same random numbers: what differs, and what that does, with intervals", async () => {
    const page = await open({}, "#start");
    await page.locator(".card").first().waitFor(PATIENCE);
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Compare the two" }).first().click();
    await compared(page);
    await expect.poll(() => page.locator("tbody th").first().textContent()).toMatch(/^\w+.*: /);
    const first = page.locator('.figures-table tr[data-figure="measuredMs"]');
    await expect.poll(() => first.textContent()).toMatch(/± /);
    await expect.poll(() => first.locator(".difference").textContent()).toMatch(/(less|more|no clear difference|the same)$/);
    await expect.poll(() => page.locator(".overlay canvas").count()).toBe(3);
    expect(await violations(page)).toEqual([]);
  });

  it("a change is added to what is compared already, and leaves it there", async () => {
    const page = await open();
    const slots = page.getByLabel("Slots per instance, jobs");
    for (const value of ["5", "6"]) {
      await slots.fill(value);
      await slots.press("Enter");
      await exact(page);
      await page.getByRole("button", { name: "Share" }).click();
      await page.getByRole("button", { name: "Add to comparison" }).click();
      await page.getByRole("link", { name: "Workbench" }).click();
    }
    await page.getByRole("link", { name: "Compare 2" }).waitFor();
    await page.getByRole("button", { name: "Share" }).click();
    await page.getByRole("button", { name: "Compare with how it was" }).waitFor();
  });

  it("the same scenario twice differs in nothing, to the last digit", async () => {
    const page = await open();
    await page.getByRole("button", { name: "Share" }).click();
    await page.getByRole("button", { name: "Add to comparison" }).click();
    await page.getByRole("link", { name: "Workbench" }).click();
    const slots = page.getByLabel("Slots per instance, jobs");
    for (const value of ["5", "4"]) {
      await slots.fill(value);
      await slots.press("Enter");
      await exact(page);
    }
    await page.getByRole("link", { name: /^Compare/ }).click();
    await page.getByRole("button", { name: /^Add what is open/ }).click();
    await compared(page);
    await page.locator(".difference").first().waitFor(PATIENCE);
    expect(new Set(await page.locator(".difference").allTextContents())).toEqual(new Set(["the same"]));
  });
});

describe("in the form", () => {
  it("says on demand what a field means, its range and the page that both come from", async () => {
    const page = await open();
    const field = page.locator('[data-field="worker.slots"]');
    await field.getByRole("button", { name: "About slots per instance" }).click();
    await expect.poll(() => field.locator(".help").textContent(), PATIENCE).toMatch(/Jobs that .+From 1 to 1,000 jobs, whole numbers\./);
  });

  it("step scaling can be chosen, its rules changed, added and removed, and the run follows", async () => {
    const page = await open();
    const before = await digest(page);
    await page.getByLabel("Policy", { exact: true }).selectOption({ label: "Step scaling" });
    await page.waitForFunction((was) => !document.querySelector(".run-text")?.getAttribute("title")?.includes(was), before, PATIENCE);
    await exact(page);
    const rules = page.locator('fieldset.records[data-field="policy.rules"]');
    await expect.poll(() => rules.locator(":scope > .record").count()).toBe(2);
    await rules.locator(":scope > button.add").click();
    await expect.poll(() => rules.locator(":scope > .record").count()).toBe(3);
    await rules.getByRole("button", { name: "Remove Rules 3" }).click();
    await rules.locator(":scope > .record .record-title").first().click();
    const threshold = rules.getByRole("textbox", { name: /^Threshold/ }).first();
    await threshold.fill("40");
    await threshold.press("Enter");
    await exact(page);
    await expect.poll(() => page.locator(".faults .fault").count()).toBe(0);
    await expect.poll(() => page.locator(".decisions .reason").first().textContent()).toMatch(/40/);
  });
});

describe("see it move", () => {
  it("the system can be played, paused, stepped and scrubbed in time with the charts", async () => {
    const page = await open();
    await page.getByRole("button", { name: "See it move" }).click();
    const scrubber = page.getByLabel("Moment of the run");
    await scrubber.focus();
    await page.keyboard.press("End");
    await expect.poll(() => page.locator(".system").getAttribute("aria-label")).toMatch(/\/s arrive; .+ in flight on \d+ in service/);
    await page.getByRole("button", { name: "One step back" }).click();
    await expect.poll(() => page.locator(".player-moment").textContent()).toBe("23:59:00");
    await expect.poll(() => page.locator(".crosshair-time").textContent()).toBe("23:59:00");
    await scrubber.press("Home");
    await expect.poll(() => page.locator(".player-moment").textContent()).toBe("00:00:00");
    await page.getByRole("button", { name: "Play" }).click();
    await expect.poll(() => page.locator(".player-moment").textContent()).not.toBe("00:00:00");
    await page.getByRole("button", { name: "Pause" }).click();
    expect(await violations(page)).toEqual([]);
  });
});

describe("kept and shared", () => {
  it("a link carries the whole experiment, its changes too", async () => {
    const page = await open({ permissions: ["clipboard-read", "clipboard-write"] });
    await page.getByLabel("Slots per instance, jobs").fill("6");
    await page.getByLabel("Slots per instance, jobs").press("Enter");
    await exact(page);
    const run = await digest(page);
    await page.getByRole("button", { name: "Share" }).click();
    await page.getByRole("button", { name: /^Copy link/ }).click();
    await page.getByText(/^Link copied/).waitFor(PATIENCE);
    const address = await page.evaluate(() => navigator.clipboard.readText());
    expect(address.startsWith(`${inject("workbenchUrl")}#e1.`)).toBe(true);

    const other = await blank();
    await other.goto(address);
    await other.getByText(/^Opened “Online banking/).waitFor(PATIENCE);
    await exact(other);
    expect(await digest(other)).toBe(run);
    await expect.poll(() => other.getByRole("heading", { level: 1 }).textContent()).toContain("changed");
  });

  it("a scenario is kept on the device, renamed, deleted, and brought back", async () => {
    const page = await open();
    await page.getByRole("button", { name: "Share" }).click();
    await page.getByRole("button", { name: "Keep on this device" }).click();
    await page.getByText(/^Kept “Online banking/).waitFor(PATIENCE);
    await page.reload();
    await exact(page);
    await page.getByRole("link", { name: "Start" }).click();
    const own = page.locator(".own");
    await own.getByRole("button", { name: /^Rename/ }).click();
    await own.getByRole("textbox").fill("Mine");
    await own.getByRole("textbox").press("Enter");
    await own.getByRole("button", { name: "Mine", exact: true }).waitFor();
    await own.getByRole("button", { name: "Delete Mine" }).click();
    await own.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Undo" }).click();
    await own.getByRole("button", { name: "Mine", exact: true }).waitFor();
  });

  it("report, charts, rows and result are saved, and say what the page says", async () => {
    const page = await open();
    const run = await digest(page);
    const sentence = String(await page.locator(".sentence").textContent());
    const saved = async (name: RegExp) => {
      await page.getByRole("button", { name: "Share" }).click();
      const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name }).click()]);
      return readFile(await download.path());
    };
    const report = (await saved(/^Save report/)).toString();
    expect(report).toContain(`digest \`${run}\``);
    expect(report.toLowerCase()).toContain(sentence.toLowerCase());
    expect(report).toMatch(/\| p99 age \| .+ \| .+ \|/);
    const picture = await saved(/^Save charts/);
    expect(picture.subarray(1, 4).toString()).toBe("PNG");
    expect(picture.length).toBeGreaterThan(10_000);
    const rows = (await saved(/^Save rows/)).toString().trim().split("\n");
    expect(rows[0]).toContain("backlog");
    expect(rows.length).toBeGreaterThan(1000);
    const result = JSON.parse((await saved(/^Save result/)).toString()) as { digest: string };
    expect(result.digest).toBe(run);
  });
});

describe("on paper", () => {
  it.each(["", "#compare"])("nothing to press is printed, and no more than the page holds is cut off (%s)", async (hash) => {
    const page = await open({ colorScheme: "dark" }, hash);
    await page.emulateMedia({ media: "print" });
    await expect.poll(() => page.locator(".actions:visible, .places:visible, .sheet:visible, .ask-hint:visible").count()).toBe(0);
    const { height, inner } = await page.evaluate(() => ({
      height: document.documentElement.scrollHeight,
      inner: document.querySelector("main")?.scrollHeight ?? 0,
    }));
    expect(height).toBeGreaterThanOrEqual(inner);
  });
});
