import { availableParallelism } from "node:os";
import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import { findChromium } from "./test/support/chromium.ts";

const INTEGRATION_TESTS = "test/integration/**/*.test.ts";
const BROWSER_TESTS = "test/**/*.browser.test.{ts,tsx}";
const E2E_TESTS = "test/**/*.e2e.test.ts";

/** Vitest leaves one processor free, which on a machine of two is half of it, while most of these tests wait for each other's clocks. */
const maxWorkers = Math.max(2, availableParallelism() - 1);

/**
 * Tests of real processes, clocks and pages share the machine with whatever else it does, and one that was kept waiting is
 * given a second attempt. The closing line names it: it waits for the wrong thing, and wants mending.
 */
const retry = 1;

/**
 * Four projects: `unit` in Node; `integration` for parts of the runtime with real clocks, sockets and processes; `browser`
 * for parts of the page in a real Chromium; `e2e` for the built application as its users meet it. They run one after the other, so that none disturbs the timing of another.
 */
export default defineConfig({
  test: {
    maxWorkers,
    reporters: ["default", "./test/support/theory-line.ts", "./test/support/closing-line.ts"],
    projects: [
      {
        test: {
          name: "unit",
          environment: "node",
          include: ["test/**/*.test.{ts,tsx}"],
          exclude: [INTEGRATION_TESTS, BROWSER_TESTS, E2E_TESTS],
          setupFiles: ["test/support/pure-folders.ts", "test/support/random-tests.ts"],
          testTimeout: 60_000,
          // Whoever tries the command first bundles it.
          hookTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "integration",
          environment: "node",
          include: [INTEGRATION_TESTS],
          setupFiles: ["test/support/random-tests.ts"],
          retry,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // Named, so that Vite does not discover them while a test runs and reload the page under it.
        optimizeDeps: {
          include: [
            "@preact/signals",
            "chart.js",
            "chart.js/auto",
            "comlink",
            "preact",
            "preact/hooks",
            "preact/jsx-dev-runtime",
            "simjs",
            "zod",
          ],
        },
        oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
        worker: { format: "es" },
        test: {
          name: "browser",
          include: [BROWSER_TESTS],
          retry,
          testTimeout: 30_000,
          sequence: { groupOrder: 2 },
          browser: {
            enabled: true,
            headless: true,
            provider: playwright({ launchOptions: await findChromium() }),
            instances: [{ browser: "chromium" }],
            screenshotFailures: false,
          },
        },
      },
      {
        test: {
          name: "e2e",
          environment: "node",
          include: [E2E_TESTS],
          globalSetup: ["test/support/built-app.ts"],
          // A page answers when it can: what is expected of it may come a moment later.
          expect: { poll: { timeout: 15_000 } },
          retry,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
