import { readFile } from "node:fs/promises";
import type { Page } from "playwright";
import { describe, expect, it } from "vitest";
import { boxOf, exact, link, PATIENCE, tabTo, violations, visits } from "./visit.ts";

const { open } = visits();

/** An hour of a small fleet with more instances than it needs: a plan takes some seconds. */
const SMALL = {
  version: 1,
  name: "A small fleet",
  objective: { limitSec: 120 },
  run: { durationSec: 3600 },
  traffic: { kind: "poisson", ratePerSec: 3 },
  work: { serviceTime: { kind: "constant", sec: 2 } },
  fleet: { min: 3, max: 6 },
};
/** A fleet that arithmetic shows to be too small. */
const TOO_SMALL = { ...SMALL, name: "Too small", fleet: { min: 1, max: 1 }, traffic: { kind: "poisson", ratePerSec: 4 } };

const goToPlan = async (page: Page) => {
  await page.getByRole("link", { name: "Plan" }).click();
  await page.getByLabel("Headroom", { exact: true }).waitFor(PATIENCE);
};
const find = (page: Page) => page.getByRole("button", { name: "Find the cheapest settings that hold" });
const planned = async (page: Page) => {
  await goToPlan(page);
  await find(page).click();
  await page.locator(".ways").waitFor(PATIENCE);
};
const valueAt = (page: Page, path: string) => page.locator(`[data-field="${path}"] .number`).inputValue();

describe("before any run", () => {
  it("what is found is told, mended with one click, and back with Undo", async () => {
    const page = await open({}, link({ base: TOO_SMALL }));
    const line = page.getByRole("button", { name: /^Before any run: 1 fault/ });
    await line.click();
    const finding = page.locator('.finding[data-rule="too-small"]');
    await expect.poll(() => finding.textContent()).toMatch(/^Fault At the busiest quarter of an hour .+Raise the maximum to \d+ instances/);
    const source = finding.getByRole("link");
    await expect.poll(() => source.getAttribute("rel")).toBe("noreferrer");
    await finding.getByRole("button", { name: /^Set it: Fleet: maximum → \d+ instances$/ }).click();
    await finding.waitFor({ state: "detached", ...PATIENCE });
    expect(Number(await valueAt(page, "fleet.max"))).toBeGreaterThan(1);
    await page.getByTitle("Undo (Ctrl Z)").click();
    await finding.waitFor(PATIENCE);
    await expect.poll(() => valueAt(page, "fleet.max")).toBe("1");
  });

  it("leads to the field it is about, folded or not, and Escape closes the list", async () => {
    const page = await open({}, link({ base: TOO_SMALL }));
    await page.locator('.section[data-section="fleet"] .section-title').click();
    await page.getByRole("button", { name: /^Before any run/ }).click();
    await page.locator('.finding[data-rule="too-small"]').getByRole("button", { name: "Fleet: maximum", exact: true }).click();
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("field-fleet-max");
    await page.locator("#preflight-title").focus();
    await page.keyboard.press("Escape");
    await expect.poll(() => page.locator(".finding").count()).toBe(0);
    await expect.poll(() => page.evaluate(() => document.activeElement?.className)).toContain("preflight-line");
  });

  it("says nothing where nothing is found", async () => {
    const page = await open({}, link({ base: { ...SMALL, fleet: { min: 4, max: 4 }, policy: { kind: "exact-backlog" } } }));
    await page.getByRole("button", { name: "See it move" }).waitFor();
    // By then it has looked: it follows a change of the settings.
    await page.getByLabel("Maximum, instances").fill("100");
    await page.getByLabel("Minimum, instances").fill("1");
    await page.getByLabel("Minimum, instances").press("Enter");
    await exact(page);
    await expect.poll(() => page.locator(".preflight-line").count()).toBe(0);
  });

  it.each([1280, 360])("is clean to axe, %d pixels wide", async (width) => {
    const page = await open({ viewport: { width, height: 800 } }, link({ base: TOO_SMALL }));
    await page.getByRole("button", { name: /^Before any run/ }).click();
    await page.locator(".finding").first().waitFor(PATIENCE);
    expect(await violations(page)).toEqual([]);
  });
});

describe("a plan", () => {
  it("is found by the keyboard, tells its grounds, is used with one click and undone with one", async () => {
    const page = await open({}, link({ base: SMALL }));
    await tabTo(page, 'a.place[href="#plan"]');
    await page.keyboard.press("Enter");
    await page.getByLabel("Headroom", { exact: true }).waitFor(PATIENCE);
    await tabTo(page, ".plan button.primary");
    await page.keyboard.press("Enter");
    await page.locator(".ways").waitFor(PATIENCE);
    await expect.poll(() => page.locator(".plan-sentence").textContent()).toMatch(/It held in 20 of 20 runs and costs \$.+ less than now/);
    await expect
      .poll(() => page.locator('[data-chart="tried"] canvas').getAttribute("aria-label"))
      .toMatch(/^\d+ variants tried; \d+ of them held/);
    const change = page.locator(".changes tbody tr").filter({ hasText: "Fleet: minimum" });
    const after = /(\d+) instance/.exec(String(await change.locator("b").textContent()))?.[1];
    await page.getByRole("button", { name: "Use these settings" }).click();
    await page.waitForSelector('.page[data-place="work"]');
    await exact(page);
    expect(await valueAt(page, "fleet.min")).toBe(after);
    await page.getByRole("link", { name: "Plan" }).click();
    await expect.poll(() => page.locator(".old-note").textContent()).toMatch(/as they were before the last change/);
    await expect.poll(() => page.getByRole("button", { name: "Use these settings" }).isDisabled()).toBe(true);
    await page.keyboard.press("Control+z");
    await page.locator(".old-note").waitFor({ state: "detached", ...PATIENCE });
    await page.getByRole("link", { name: "Workbench" }).click();
    expect(await valueAt(page, "fleet.min")).toBe("3");
  });

  it("looks only at the ways that are wanted, and any of them can be chosen and compared with now", async () => {
    const page = await open({}, link({ base: SMALL }));
    await goToPlan(page);
    await page.getByLabel("Headroom", { exact: true }).uncheck();
    await page.getByLabel("EC2 target tracking").first().uncheck();
    await find(page).click();
    await page.locator(".ways").waitFor(PATIENCE);
    await expect.poll(() => page.locator(".ways tr[data-way]").count()).toBe(2);
    await page.getByRole("radio", { name: "A fixed fleet" }).check();
    await expect.poll(() => page.getByRole("heading", { name: "To change, for A fixed fleet" }).count()).toBe(1);
    await page.getByRole("button", { name: "Compare with now" }).click();
    await page.waitForSelector('.compare[data-state="done"] .figures-table', PATIENCE);
    await expect.poll(() => page.locator(".side-name b").allTextContents()).toEqual(["A small fleet", "A small fleet, as planned"]);
  });

  it("can be stopped, and a change of the settings stops it", async () => {
    const page = await open();
    await goToPlan(page);
    await find(page).click();
    await page.getByText(/variants? tried/).waitFor(PATIENCE);
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByText("The search was stopped.").waitFor(PATIENCE);
    await expect.poll(() => find(page).isEnabled()).toBe(true);
    await find(page).click();
    await page.getByRole("link", { name: "Workbench" }).click();
    await page.getByLabel("Slots per instance, jobs").fill("6");
    await page.getByLabel("Slots per instance, jobs").press("Enter");
    await exact(page);
    await page.getByRole("link", { name: "Plan" }).click();
    await page.getByText("The search was stopped, because the settings changed.").waitFor(PATIENCE);
  });

  it("says so where nothing holds", async () => {
    const page = await open(
      {},
      link({ base: { ...SMALL, objective: { measure: "latency", limitSec: 0.1 }, work: { serviceTime: { kind: "constant", sec: 2 } } } }),
    );
    await planned(page);
    await expect.poll(() => page.locator(".plan-sentence").textContent()).toMatch(/^Nothing that was tried holds the objective/);
    await expect.poll(() => page.getByRole("button", { name: "Use these settings" }).count()).toBe(0);
  });

  it("is clean to axe with its sweep: wide and light, narrow and dark", async () => {
    const page = await open({ colorScheme: "light" }, link({ base: SMALL }));
    await goToPlan(page);
    await page.getByLabel("Headroom", { exact: true }).uncheck();
    await find(page).click();
    await page.locator(".ways").waitFor(PATIENCE);
    await page.getByRole("button", { name: /^All \d+ variants/ }).click();
    await page.getByRole("button", { name: "Sweep it" }).click();
    await page.waitForSelector('.plan[data-state="done"] .sweep-table', PATIENCE);
    expect(await violations(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: "dark" });
    await page.setViewportSize({ width: 360, height: 800 });
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  });
});

describe("a sweep", () => {
  it("of a setting that is searched for shows each value, is saved run by run, and a click on a point uses its value", async () => {
    const page = await open({}, link({ base: SMALL }));
    await goToPlan(page);
    await page.getByLabel("Setting", { exact: true }).fill("no such thing");
    await page.getByText("Choose one of the list").waitFor();
    await page.getByLabel("Setting", { exact: true }).fill("fleet: minimum");
    await page.getByLabel(/^From/).fill("1");
    await page.getByLabel(/^To/).fill("9");
    await page.getByLabel("Values").fill("5");
    await page.getByLabel("Runs at each").fill("2");
    await page.getByText("Up to 5 values, 10 runs.").waitFor();
    await page.getByRole("button", { name: "Sweep it" }).click();
    await page.waitForSelector('.plan[data-state="done"] .sweep-table', PATIENCE);
    await expect.poll(() => page.locator(".sweep-table tbody th").allTextContents()).toEqual(["1", "3", "5", "7", "9"]);
    await expect.poll(() => page.locator(".sweep-table").textContent()).toMatch(/\d of 2.*Not allowed: .*“Maximum”/s);

    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: /^Save every run/ }).click()]);
    const rows = (await readFile(await download.path())).toString().trim().split("\n");
    expect(rows[0]).toMatch(/^fleet\.min,seed,held,measuredMs/);
    expect(rows.length).toBe(1 + 3 * 2);

    // The middle value of five is the middle of the plot, whose axis takes 56 pixels on the left and room of 16 on the right.
    const canvas = page.locator('[data-chart="sweep-costPerMonthUsd"] canvas');
    const box = await boxOf(canvas);
    const chosen = page.locator(".chosen-value");
    for (let y = box.height - 30; y > 10 && !String(await chosen.textContent()).includes("Use this value"); y -= 15) {
      await page.mouse.click(box.x + 56 + (box.width - 72) / 2, box.y + y);
    }
    await expect.poll(() => chosen.textContent()).toMatch(/Fleet: minimum 5 instances: held in \d of 2 runs, \$/);
    await page.getByRole("button", { name: "Use this value: 5 instances" }).click();
    await page.waitForSelector('.page[data-place="work"]');
    await exact(page);
    expect(await valueAt(page, "fleet.min")).toBe("5");
  });

  it("can be stopped, and keeps what it has", async () => {
    const page = await open();
    await goToPlan(page);
    await page.getByLabel("Values").fill("40");
    await page.getByLabel("Runs at each").fill("1");
    await page.getByRole("button", { name: "Sweep it" }).click();
    await page.locator(".sweep-table tbody tr").nth(1).waitFor(PATIENCE);
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByText("The sweep was stopped.").waitFor(PATIENCE);
    const rows = await page.locator(".sweep-table tbody tr").count();
    expect(rows).toBeGreaterThan(0);
    expect(rows).toBeLessThan(40);
  });
});
