import { deflateSync } from "fflate";
import type { Locator, Page } from "playwright";
import { describe, expect, inject, it } from "vitest";
import { base64Url, boxOf, digest, drop, exact, link, PATIENCE, visits } from "./visit.ts";

const { open, blank } = visits();

/** A main thread that is busy longer than this lets a moving hand wait. */
const LONGEST_TASK_MS = 50;

describe("while the hand moves", () => {
  it("no task of the page takes longer than 50 ms", async () => {
    const page = await open();
    const browser = page.context().browser();
    if (browser === null) throw new Error("The page has no browser.");
    await browser.startTracing(page, { categories: ["toplevel", "devtools.timeline"] });
    const slider = await boxOf(page.locator('[data-field="traffic.peakRatePerSec"] .slider'));
    const y = slider.y + slider.height / 2;
    await page.mouse.move(slider.x + slider.width / 2, y);
    await page.mouse.down();
    for (let step = 0; step < 60; step += 1) {
      await page.mouse.move(slider.x + slider.width * (0.5 + 0.3 * Math.sin(step / 6)), y);
      await page.evaluate(() => new Promise(requestAnimationFrame));
    }
    const drawn = await page.locator(".run-text").textContent();
    await page.mouse.up();
    expect(drawn).not.toBe("");
    const tasks = tasksOf(await browser.stopTracing());
    expect(tasks.length).toBeGreaterThan(100);
    expect(tasks.filter((ms) => ms > LONGEST_TASK_MS)).toEqual([]);
  });
});

describe("what strangers send", () => {
  it.each([
    ["cut off", "#e1.abc", /could not be opened/],
    ["of another version", "#e99.abcd", /version 99/],
    [
      "with a scenario full of faults",
      link({ base: { version: 1, name: "<img src=x onerror=alert(1)>", fleet: { min: -1, max: 1e9 } } }),
      /fleet/,
    ],
    [
      "that unpacks to a hundred times its size",
      `#e1.${base64Url(deflateSync(new Uint8Array(60_000_000), { level: 9 }))}`,
      /more than 4 MB/,
    ],
    [
      "with a prototype in it",
      link(JSON.parse('{"base":{"version":1,"name":"x","__proto__":{"polluted":1},"constructor":{}}}')),
      /could not be opened/,
    ],
  ])("a link %s is refused with what is wrong, and the page goes on", async (_, hash, says) => {
    const page = await open({}, hash);
    const alert = page.getByRole("alert");
    await alert.waitFor(PATIENCE);
    await expect.poll(() => alert.textContent()).toMatch(says);
    await expect.poll(() => page.getByRole("heading", { level: 1 }).textContent()).toContain("Online banking");
    expect(await page.evaluate(() => (Object.prototype as { polluted?: unknown }).polluted)).toBeUndefined();
    await expect.poll(() => page.locator(".page").getAttribute("data-state")).toBe("exact");
  });

  it("a name in a link is text, whatever it says", async () => {
    const page = await open({}, link({ base: { version: 1, name: "<img src=x onerror=alert(1)>", run: { durationSec: 3600 } } }));
    await page.getByText("Opened “<img src=x onerror=alert(1)>” from the link.").waitFor(PATIENCE);
    await expect.poll(() => page.locator("img").count()).toBe(0);
  });

  it("a name of one long word breaks, on a phone too: the notice can be dismissed and the cards keep it", async () => {
    const page = await open({ viewport: { width: 360, height: 740 } });
    await drop(page, "long.json", JSON.stringify({ version: 1, name: "A".repeat(120), run: { durationSec: 3600 } }));
    await exact(page);
    const right = async (locator: Locator) => {
      const { x, width } = await boxOf(locator);
      return x + width;
    };
    expect(await right(page.getByRole("button", { name: "Dismiss" }))).toBeLessThanOrEqual(360);
    await page.getByRole("button", { name: "Dismiss" }).click();
    await page.getByRole("button", { name: "Share" }).click();
    await page.getByRole("button", { name: "Add to comparison" }).click();
    expect(await right(page.locator(".side-name b"))).toBeLessThanOrEqual(360);
  });

  it("a CSV of 200 MB is read a piece at a time: the page answers meanwhile, can stop it, and says what to do", async () => {
    const page = await open();
    const run = await digest(page);
    await dropRows(page, 15_400_000);
    const task = page.locator(".task");
    await task.waitFor();
    // It hears the hand while it reads.
    await page.getByRole("button", { name: "More", exact: true }).click();
    await page.keyboard.press("Escape");
    const alert = page.getByRole("alert");
    await alert.waitFor(PATIENCE);
    await expect.poll(() => alert.textContent()).toContain("a recording has at most 1000000");
    await expect.poll(() => alert.textContent()).toMatch(/add the counts up over longer intervals, or cut the file/);
    expect(await digest(page)).toBe(run);
  });

  it("a billion messages are begun, timed, and stopped on demand; what was there stays", async () => {
    const page = await open();
    const run = await digest(page);
    for (const [label, value] of [
      ["Maximum, instances", "10000"],
      ["Slots per instance, jobs", "100"],
      ["Rate at the peak, messages/s", "100000"],
    ] as const) {
      const box = page.locator("#settings").getByLabel(label);
      await box.fill(value);
      await box.press("Enter");
    }
    const base = page.getByLabel("Search settings");
    await base.fill("base rate");
    await page.locator('[data-field="traffic.baseRatePerSec"] .number').fill("10000");
    await page.locator('[data-field="traffic.baseRatePerSec"] .number').press("Enter");
    await page.getByRole("button", { name: "Stop" }).waitFor(PATIENCE);
    await page.waitForFunction(
      () => /about .+ left\. Stop, or lower traffic or duration/.test(document.querySelector(".run-text")?.textContent ?? ""),
      undefined,
      PATIENCE,
    );
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByRole("button", { name: "Run", exact: true }).waitFor(PATIENCE);
    await page.getByRole("button", { name: "Undo all changes" }).click();
    await exact(page);
    expect(await digest(page)).toBe(run);
  });

  it("more messages than a run can hold are refused under their field, and the run before stays", async () => {
    const page = await open();
    const run = await digest(page);
    const box = page.locator("#settings").getByLabel("Rate at the peak, messages/s");
    await box.fill("100000");
    await box.press("Enter");
    const fault = page.locator('[data-section="traffic"] .fault');
    await fault.first().waitFor(PATIENCE);
    await expect.poll(() => fault.first().textContent()).toMatch(/would pile up .+ lower the traffic or “Duration”/);
    await expect.poll(() => page.locator(".run-text").textContent()).toBe("Shown is the run before: a setting has a fault");
    expect(await digest(page)).toBe(run);
  });
});

describe("after the first visit", () => {
  it("the page works without a network: the workbench, why, the gallery", async () => {
    const page = await open();
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready;
    });
    await page.waitForFunction(
      async () => {
        const [name] = await caches.keys();
        return name !== undefined && (await (await caches.open(name)).keys()).length > 15;
      },
      undefined,
      PATIENCE,
    );
    await page.context().setOffline(true);
    await page.reload();
    await exact(page);
    await page.locator(".decisions .ask").first().click();
    await page.locator(".chain-step").first().waitFor(PATIENCE);
    await page.getByRole("link", { name: "Start" }).click();
    await page.locator(".card").first().waitFor(PATIENCE);
    // The board is another page, which has nothing to show without its API.
    await expect(page.goto(new URL("board.html", inject("workbenchUrl")).href)).rejects.toThrow(/ERR_INTERNET_DISCONNECTED/);
  });
});

describe("the first view", () => {
  it("takes less than 200 kB over the wire, the worker among it, until the first run is shown", async () => {
    const page = await blank();
    await page.goto(inject("workbenchUrl"));
    await page.waitForFunction(
      () => /\d/.test(document.querySelector('[data-figure="measuredMs"] .figure-value')?.textContent ?? ""),
      undefined,
      PATIENCE,
    );
    const loaded = await page.evaluate(() =>
      [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")].map((entry) => ({
        name: entry.name,
        bytes: (entry as PerformanceResourceTiming).encodedBodySize,
      })),
    );
    expect(loaded.some(({ name }) => name.includes("sim.worker"))).toBe(true);
    const bytes = loaded.reduce((sum, entry) => sum + entry.bytes, 0);
    expect(bytes).toBeGreaterThan(20_000);
    expect(bytes, JSON.stringify(loaded)).toBeLessThan(200_000);
  });
});

/** An event of a trace, as Chromium writes it. */
interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds that the thread worked on it: what other programs take of the machine is not counted. */
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

/** What each task of the page's main thread took, milliseconds. */
function tasksOf(trace: Buffer): number[] {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
  const busy = new Set(traceEvents.filter(({ name }) => name === "EventDispatch").map(({ pid }) => pid));
  const main = traceEvents.find(({ name, args, pid }) => name === "thread_name" && args.name === "CrRendererMain" && busy.has(pid));
  return traceEvents
    .filter(({ name, pid, tid }) => pid === main?.pid && tid === main.tid && name.endsWith("::RunTask"))
    .map(({ tdur = 0 }) => tdur / 1000);
}

/** Drops a file of so many rows of 13 bytes, made in the page. */
async function dropRows(page: Page, rows: number): Promise<void> {
  await page.evaluate((count) => {
    const chunk = 100_000;
    const parts: BlobPart[] = [];
    for (let from = 0; from < count; from += chunk) {
      parts.push(new Blob([Array.from({ length: chunk }, (_, row) => `${String(1_600_000_000 + (from + row) * 20)},7\n`).join("")]));
    }
    const transfer = new DataTransfer();
    transfer.items.add(new File(parts, "huge.csv"));
    window.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
  }, rows);
}
