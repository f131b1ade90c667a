import { readFile } from "node:fs/promises";
import type { BrowserContextOptions } from "playwright";
import { describe, expect, it } from "vitest";
import { boxOf, digest, drop, exact, figure, PATIENCE, tabTo, violations, visits } from "./visit.ts";

const { open } = visits();

describe("the workbench", () => {
  it("opens on the banking scenario, simulated, with its verdict and figures", async () => {
    const page = await open();
    await expect.poll(() => page.getByRole("heading", { level: 1 }).textContent()).toContain("Online banking");
    await expect.poll(() => page.locator(".status").textContent()).toMatch(/^(Holds|Misses|Cannot hold)/);
    expect((await page.locator(".sentence").textContent())?.length).toBeGreaterThan(40);
    for (const name of ["measuredMs", "worstAgeMs", "latencyP50Ms", "latencyP95Ms", "latencyP99Ms", "costPerMonthUsd", "peakInstances"]) {
      expect(await figure(page, name)).toMatch(/\d/);
    }
    await expect.poll(() => page.locator(".figure-spread").first().textContent()).toMatch(/^± /);
    await expect.poll(() => page.locator("canvas").first().getAttribute("aria-label")).toMatch(/Arrivals at most [\d.]+ \/s at 0\d:/);
    await expect.poll(() => page.locator(".decisions tbody tr").count()).toBeGreaterThan(0);
  });

  it("follows the finger: the figures change while the target is dragged, and can be put back", async () => {
    const page = await open();
    const before = await figure(page, "measuredMs");
    const field = page.locator('[data-field="policy.target"]');
    const { x, y, width, height } = await boxOf(field.locator(".slider"));
    await page.mouse.move(x + width / 2, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x + width * 0.9, y + height / 2, { steps: 8 });
    // The hand has not let go: this is a single run.
    await page.waitForFunction(
      (was) => document.querySelector('[data-figure="measuredMs"] .figure-value')?.textContent !== was,
      before,
      PATIENCE,
    );
    expect(Number(await field.locator(".number").inputValue())).toBeGreaterThan(500);
    await page.mouse.up();
    await exact(page);
    expect(await figure(page, "measuredMs")).not.toBe(before);
    await expect.poll(() => page.locator(".figure-was").count()).toBeGreaterThan(0);

    await field.getByRole("button", { name: /back to 100/ }).click();
    await exact(page);
    expect(await figure(page, "measuredMs")).toBe(before);
    await expect.poll(() => page.locator(".figure-was").count()).toBe(0);
  });

  it("shows a fault under its field and keeps the run that was there", async () => {
    const page = await open();
    const run = await digest(page);
    await page.getByLabel("Minimum, instances").fill("12");
    await page.getByLabel("Minimum, instances").press("Enter");
    const fault = page.locator('[data-field="fleet.max"] .fault');
    await fault.waitFor();
    await expect.poll(() => fault.textContent()).toContain("12 instances");
    await page.waitForSelector('[data-state="exact"]', PATIENCE);
    expect(await digest(page)).toBe(run);
    await page.getByLabel("Maximum, instances").fill("20");
    await page.getByLabel("Maximum, instances").press("Enter");
    await fault.waitFor({ state: "detached" });
    await page.waitForFunction((was) => !document.querySelector(".run-text")?.getAttribute("title")?.includes(was), run, PATIENCE);
  });

  it("takes a CSV of counts that is dropped on it as the traffic, and can undo that", async () => {
    const page = await open();
    const rows = Array.from({ length: 288 }, (_, row) => `2024-03-01 ${clock(row * 5)},${row === 110 ? 9000 : 600}`);
    rows.splice(40, 1);
    await drop(page, "counts.csv", `timestamp,value\n${rows.join("\n")}\n`);
    const notice = page.locator(".notice");
    await notice.waitFor();
    await expect.poll(() => notice.textContent()).toContain("counts.csv is now the traffic");
    await expect.poll(() => notice.textContent()).toContain("1 of 288 interval");
    await exact(page);
    await expect.poll(() => page.getByLabel("Traffic", { exact: true }).inputValue()).toBe("counts");
    await expect.poll(() => page.locator(".time-title").textContent()).toBe("UTC");
    await expect.poll(() => page.locator(".decisions td.time").first().textContent()).toMatch(/^2024-03-01 /);

    await notice.getByRole("button", { name: "Undo" }).click();
    await exact(page);
    await expect.poll(() => page.getByLabel("Traffic", { exact: true }).inputValue()).toBe("daily");
  });

  it("lists everything that is wrong with a dropped CSV, by line, and keeps what was there", async () => {
    const page = await open();
    const run = await digest(page);
    await drop(
      page,
      "bad.csv",
      "timestamp,value\n2024-03-01 00:00:00,5\n2024-03-01 00:05:00,many\n2024-03-01 00:05:00,-3\n2024-03-01 00:10:00,\n",
    );
    const notice = page.getByRole("alert");
    await notice.waitFor();
    const text = String(await notice.textContent());
    for (const line of ["line 3", "line 4", "line 5"]) expect(text).toContain(line);
    expect(text).toContain("everything stays as it was");
    expect(await digest(page)).toBe(run);
    await notice.getByRole("button", { name: "Dismiss" }).click();
    await notice.waitFor({ state: "detached" });
  });

  it("says what to do about a CSV of 100 MB, and stays alive", async () => {
    const page = await open();
    await page.evaluate(() => {
      // 13 bytes a row, 7.7 million rows.
      const parts = Array.from({ length: 770 }, (_, part) =>
        Array.from({ length: 10_000 }, (_row, row) => `${1_600_000_000 + (part * 10_000 + row) * 60},7\n`).join(""),
      );
      const transfer = new DataTransfer();
      transfer.items.add(new File(parts, "huge.csv"));
      window.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
    });
    const alert = page.getByRole("alert");
    await alert.waitFor(PATIENCE);
    await expect.poll(() => alert.textContent()).toContain("The file has 7700000 rows, and a recording has at most 1000000");
    await expect.poll(() => page.locator(".page").getAttribute("data-state")).toBe("exact");
  });

  it("saves the scenario as a file and opens it again", async () => {
    const page = await open();
    await page.getByLabel("Slots per instance, jobs").fill("6");
    await page.getByLabel("Slots per instance, jobs").press("Enter");
    await exact(page);
    await page.getByRole("button", { name: "Share" }).click();
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save scenario" }).click()]);
    const saved = await readFile(await download.path(), "utf8");
    expect(JSON.parse(saved)).toMatchObject({ version: 1, worker: { slots: 6 } });

    await page.getByRole("button", { name: "More", exact: true }).click();
    await page.getByRole("button", { name: "Start over" }).click();
    await exact(page);
    await expect.poll(() => page.getByLabel("Slots per instance, jobs").inputValue()).toBe("4");
    await drop(page, "mine.json", saved);
    await page.getByText("Opened “Online banking").waitFor();
    await exact(page);
    await expect.poll(() => page.getByLabel("Slots per instance, jobs").inputValue()).toBe("6");

    await drop(page, "broken.json", saved.replace('"slots": 6', '"slots": -6, "slts": 1'));
    await page.getByRole("alert").waitFor();
    await expect.poll(() => page.getByRole("alert").textContent()).toContain("worker.slots");
    await expect.poll(() => page.getByRole("alert").textContent()).toContain("worker.slts");
  });

  it("keeps the work over a reload until told to start over", async () => {
    const page = await open();
    await page.getByLabel("Slots per instance, jobs").fill("7");
    await page.getByLabel("Slots per instance, jobs").press("Enter");
    await exact(page);
    await page.reload();
    await exact(page);
    await expect.poll(() => page.getByLabel("Slots per instance, jobs").inputValue()).toBe("7");
    await expect.poll(() => page.getByRole("heading", { level: 1 }).textContent()).toContain("changed");
  });

  it("compares itself with simjs on demand", async () => {
    const page = await open();
    await page.getByRole("button", { name: "More", exact: true }).click();
    await page.getByRole("button", { name: "Check with simjs" }).click();
    const notice = page.locator(".notice");
    await notice.waitFor(PATIENCE);
    await expect.poll(() => notice.textContent()).toContain("simjs agrees");
    await expect.poll(() => notice.textContent()).toContain(await digest(page));
    await expect.poll(() => page.locator(".page").getAttribute("data-state")).toBe("exact");
  });

  it("can be worked with the keyboard alone", async () => {
    const page = await open();
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent.trim())).toBe("To the charts");

    await tabTo(page, '[data-field="traffic.peakRatePerSec"] .slider');
    const box = page.locator('[data-field="traffic.peakRatePerSec"] .number');
    await page.keyboard.press("ArrowRight");
    expect(Number(await box.inputValue())).toBeGreaterThan(50);
    await exact(page);

    await tabTo(page, ".mark");
    const note = page.locator(".mark-note");
    await note.waitFor();
    const first = await note.textContent();
    expect(first).toMatch(/\d+ → \d+/);
    await page.keyboard.press("ArrowRight");
    await page.waitForFunction((was) => document.querySelector(".mark-note")?.textContent !== was, first);

    await tabTo(page, ".time-slider");
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => page.locator(".time-slider").getAttribute("aria-valuetext")).toMatch(/arrivals [\d.]+ \/s.*in service \d/);
    await page.keyboard.press("+");
    await page.getByRole("button", { name: "Whole run" }).waitFor();
    await page.keyboard.press("0");
    await page.getByRole("button", { name: "Whole run" }).waitFor({ state: "detached" });
  });

  it("zooms into what is dragged over, and back with a double click", async () => {
    const page = await open();
    const plot = await boxOf(page.locator('[data-chart="age"] canvas'));
    await page.mouse.move(plot.x + plot.width * 0.4, plot.y + plot.height / 2);
    await page.mouse.down();
    await page.mouse.move(plot.x + plot.width * 0.5, plot.y + plot.height / 2, { steps: 4 });
    await page.mouse.up();
    await page.getByRole("button", { name: "Whole run" }).waitFor();
    await page.mouse.dblclick(plot.x + plot.width * 0.5, plot.y + plot.height / 2);
    await page.getByRole("button", { name: "Whole run" }).waitFor({ state: "detached" });
  });

  it("shows how far a long simulation is, and stops it on demand", async () => {
    const page = await open();
    await page.getByLabel("Rate at the peak, messages/s").fill("5000");
    await page.getByLabel("Maximum, instances").fill("1000");
    await page.getByLabel("Maximum, instances").press("Enter");
    await page.getByRole("button", { name: "Stop" }).waitFor(PATIENCE);
    await expect.poll(() => page.locator(".run-text").textContent()).toMatch(/\d+ %/);
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByRole("button", { name: "Run", exact: true }).waitFor();
    await expect.poll(() => page.locator(".page").getAttribute("data-state")).toMatch(/^(preview|stopped|single)$/);
  });

  it("fits a phone: the verdict stays in sight while a setting is changed in the sheet", async () => {
    const page = await open({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    const sheet = page.locator("#settings");
    await expect.poll(() => sheet.isVisible()).toBe(false);
    await page.getByRole("button", { name: "Settings", exact: true }).tap();
    await sheet.getByLabel("Rate at the peak, messages/s").fill("80");
    await exact(page);
    await expect.poll(() => page.locator(".sentence").isVisible()).toBe(true);
    await page.keyboard.press("Escape");
    await sheet.waitFor({ state: "hidden" });
  });
});

describe("the workbench, to axe", () => {
  it.each<[string, BrowserContextOptions]>([
    ["in the light", { colorScheme: "light" }],
    ["in the dark", { colorScheme: "dark" }],
    ["on a phone", { colorScheme: "light", viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true }],
  ])("is clean %s", async (_, options) => {
    const page = await open(options);
    expect(await violations(page)).toEqual([]);
  });

  it.each(["light", "dark"] as const)("is clean with everything open, a fault and a notice, in the %s", async (colorScheme) => {
    const page = await open({ colorScheme });
    const closed = page.locator('.settings [aria-expanded="false"]:visible');
    while ((await closed.count()) > 0) await closed.first().click();
    await page.getByLabel("Minimum, instances").fill("12");
    await page.getByLabel("Minimum, instances").press("Enter");
    await page.locator('[data-field="fleet.max"] .fault').waitFor();
    await drop(page, "bad.csv", "timestamp,value\nx,y\nz\n");
    await page.getByRole("alert").waitFor();
    await page.locator(".mark").first().focus();
    await exact(page);
    expect(await violations(page)).toEqual([]);
  });
});

function clock(minutes: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:00`;
}
