import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { deflateSync, strToU8 } from "fflate";
import { chromium, type Browser, type BrowserContextOptions, type Locator, type Page } from "playwright";
import { afterAll, beforeAll, inject, onTestFinished } from "vitest";
import { findChromium } from "../support/chromium.ts";

/** The built workbench as a person visits it. */

/** A run takes half a second, five of them some seconds on a busy machine. */
export const PATIENCE = { timeout: 45_000 };

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export interface Visits {
  /** A page of its own, simulated to the end; closed when the test is over. */
  readonly open: (options?: BrowserContextOptions, hash?: string) => Promise<Page>;
  /** A page of its own that nothing was opened in. */
  readonly blank: (options?: BrowserContextOptions) => Promise<Page>;
}

/** A browser for the tests of a file. */
export function visits(): Visits {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch(await findChromium());
  });
  afterAll(async () => {
    await browser.close();
  });
  const blank = async (options: BrowserContextOptions = {}) => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    onTestFinished(() => context.close());
    return context.newPage();
  };
  return {
    blank,
    open: async (options, hash = "") => {
      const page = await blank(options);
      await page.goto(inject("workbenchUrl") + hash);
      await exact(page);
      return page;
    },
  };
}

/** Waits for the intervals of the scenario at hand. */
export async function exact(page: Page): Promise<void> {
  await page.waitForSelector('[data-state="exact"]', PATIENCE);
}

export async function figure(page: Page, name: string): Promise<string> {
  return String(await page.locator(`[data-figure="${name}"] .figure-value`).textContent());
}

/** Of the run that the charts show. */
export async function digest(page: Page): Promise<string> {
  return /digest (\w+)/.exec(String(await page.locator(".run-text").getAttribute("title")))?.[1] ?? "none";
}

export async function boxOf(locator: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  await locator.scrollIntoViewIfNeeded();
  const box = await locator.boundingBox();
  if (box === null) throw new Error("It is not on the page.");
  return box;
}

export async function drop(page: Page, name: string, text: string): Promise<void> {
  await page.evaluate(
    ([fileName, content]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([content], fileName));
      for (const type of ["dragenter", "dragover", "drop"]) {
        document.body.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
      }
    },
    [name, text] as const,
  );
}

/** The part of an address that carries an experiment. */
export function link(experiment: unknown): string {
  return `#e1.${base64Url(deflateSync(strToU8(JSON.stringify(experiment))))}`;
}

export function base64Url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64url");
}

export async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 200; presses += 1) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`The Tab key does not lead to ${selector}.`);
}

/** What axe finds against WCAG 2.2 AA and its best practices, and where. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run: () => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } };
    const result = await axe.run();
    return result.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
  });
}
