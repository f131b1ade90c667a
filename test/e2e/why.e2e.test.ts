import type { Page } from "playwright";
import { describe, expect, it } from "vitest";
import { boxOf, exact, figure, PATIENCE, tabTo, violations, visits } from "./visit.ts";

const { open } = visits();

const drawer = (page: Page) => page.locator(".why");

/** Clicks a chart at an hour of the day that it shows. */
async function clickAt(page: Page, chart: string, hour: number): Promise<void> {
  const canvas = page.locator(`[data-chart="${chart}"] canvas`);
  const box = await boxOf(canvas);
  const room = await page.locator(".stack").evaluate((stack) => {
    const style = getComputedStyle(stack);
    return { left: parseFloat(style.getPropertyValue("--axis-left")), right: parseFloat(style.getPropertyValue("--axis-right")) };
  });
  await page.mouse.click(box.x + room.left + ((box.width - room.left - room.right) * hour) / 24, box.y + box.height / 2);
}

async function answered(page: Page): Promise<string> {
  await drawer(page).locator(".chain-step").first().waitFor(PATIENCE);
  return String(await drawer(page).textContent());
}

describe("why", () => {
  it("a click on a peak tells the wait from its beginning: what was published, alarm, rule, limit, launches, the worst moment", async () => {
    const page = await open();
    await clickAt(page, "age", 9.15);
    const text = await answered(page);
    await expect.poll(() => drawer(page).getByRole("heading", { level: 2 }).textContent()).toMatch(/^Why messages waited at 09:/);
    for (const step of [
      "The wait begins",
      "Published: visible / inService",
      "Alarms",
      "The rule",
      "Limited by max",
      "→ 10",
      "works 1 min",
      "The worst: ",
    ]) {
      expect(text).toContain(step);
    }
    expect(text).toMatch(/The oldest message was 3 min \d+ s old, because /);
  });

  it("a click on the instances tells what changed them, and a row of the decisions tells the same", async () => {
    const page = await open();
    await page.locator(".decisions .ask").first().click();
    await answered(page);
    const heading = String(await drawer(page).getByRole("heading", { level: 2 }).textContent());
    expect(heading).toMatch(/^Why 2 → \d+ at 08:/);
    await clickAt(page, "capacity", 8.46);
    await page.waitForFunction((was) => document.querySelector(".why h2")?.textContent !== was, heading).catch(() => undefined);
    expect(await answered(page)).toMatch(/Decided: \d+ → \d+/);
  });

  it("what would have helped is one click away, is simulated, and can be undone", async () => {
    const page = await open();
    const before = await figure(page, "measuredMs");
    await clickAt(page, "age", 9.15);
    await answered(page);
    const change = page.getByRole("button", { name: /^What if launches took 30 s\?/ });
    await change.locator(".effect").waitFor(PATIENCE);
    await expect.poll(() => change.textContent()).toMatch(/\$[\d.]+ \/ month · (holds|misses)/);
    await expect.poll(() => page.locator(".helps").count()).toBeGreaterThan(0);
    await change.click();
    await page.waitForSelector('[data-state="running"]');
    await exact(page);
    expect(await figure(page, "measuredMs")).not.toBe(before);
    await expect.poll(() => page.getByRole("heading", { level: 1 }).textContent()).toContain("changed");
    await page.getByRole("button", { name: "Undo", exact: true }).click();
    await page.waitForFunction(
      (was) => document.querySelector('[data-figure="measuredMs"] .figure-value')?.textContent === was,
      before,
      PATIENCE,
    );
  });

  it("goes by the keyboard: Enter on a mark asks, Escape closes and gives the focus back; Enter on the time axis asks too", async () => {
    const page = await open();
    await tabTo(page, ".mark");
    await page.keyboard.press("Enter");
    await answered(page);
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("H2");
    await page.keyboard.press("Escape");
    await drawer(page).waitFor({ state: "detached" });
    expect(await page.evaluate(() => document.activeElement?.className)).toBe("mark");
    await tabTo(page, ".time-slider");
    await page.keyboard.press("Home");
    for (let presses = 0; presses < 8; presses += 1) await page.keyboard.press("PageUp");
    await page.keyboard.press("Enter");
    expect(await answered(page)).toContain("The wait begins");
  });

  it("marks alarms, faults and operators' acts beside the decisions, and explains them", async () => {
    const page = await open({}, "#start");
    await page.getByLabel("Search the gallery").fill("silent");
    await page.locator(".card-open").first().click();
    await exact(page);
    const events = page.getByRole("group", { name: /^Alarms and faults/ });
    await events.getByRole("button").first().click();
    expect((await answered(page)).length).toBeGreaterThan(40);
  });

  it.each([1280, 360])("is clean to axe, %d pixels wide", async (width) => {
    const page = await open({ viewport: { width, height: 800 } });
    await page.locator(".decisions .ask").first().click();
    await answered(page);
    await page.locator(".effect").first().waitFor(PATIENCE);
    expect(await violations(page)).toEqual([]);
  });
});
