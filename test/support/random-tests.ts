/**
 * Settings of all random tests (fast-check). Each run draws another seed; a failure prints the seed and the command
 * that repeats it, and `TEST_SEED` sets it.
 */
import fc, { type RunDetails } from "fast-check";
import { join, relative } from "node:path";
import { expect } from "vitest";

const seed = Number(process.env["TEST_SEED"] ?? Math.floor(Math.random() * 0x7fff_ffff));
if (!Number.isInteger(seed)) throw new Error(`TEST_SEED is ${String(process.env["TEST_SEED"])}, but has to be a whole number.`);

// eslint-disable-next-line @typescript-eslint/no-deprecated -- its successor, a plugin, cannot be set for all tests at once
fc.configureGlobal({ seed, reporter: report });

function report(details: RunDetails<unknown>): void {
  if (!details.failed) return;
  throw new Error(`${fc.defaultReportMessage(details)}\n\nTo repeat it: ${repeatCommand(details.seed)}`, {
    cause: details.errorInstance,
  });
}

function repeatCommand(failingSeed: number): string {
  const { testPath, currentTestName } = expect.getState();
  const name = (currentTestName?.split(" > ").at(-1) ?? "").replace(/[^\w ,.:=-]/g, ".");
  const path = relative(process.cwd(), testPath ?? "");
  const project = path.startsWith(join("test", "integration")) ? "integration" : "unit";
  return `TEST_SEED=${failingSeed} npx vitest run --project ${project} ${path} -t "${name}"`;
}
