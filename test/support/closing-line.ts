import type { Reporter, SerializedError, TestModule, TestRunEndReason } from "vitest/node";

/**
 * Ends a test run with one plain line, `N passed, N failed, N skipped`, for people and scripts that read the end of a
 * log only, and before it those that passed at the second attempt only. A file that could not be loaded and an error outside any test count as one failure each, and a run in which nothing ran fails.
 */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[], reason: TestRunEndReason): void {
    const count = { passed: 0, failed: unhandled.length, skipped: 0 };
    const again: string[] = [];
    for (const module of modules) {
      const failedBefore = count.failed;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state !== "pending") count[state] += 1;
        if (test.diagnostic()?.flaky === true) again.push(`${module.relativeModuleId} > ${test.fullName}`);
      }
      if (!module.ok() && count.failed === failedBefore) count.failed += 1;
    }
    if (count.passed + count.failed === 0) process.exitCode = 1;
    // The set-up of a project failed before any test could.
    if (reason === "failed" && count.failed === 0) count.failed = 1;
    const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : "";
    // After the report of the default reporter, which is written on the same occasion.
    const secondAttempts = again.map((name) => `passed at the second attempt only: ${name}\n`).join("");
    process.once("exit", () => process.stdout.write(`\n${secondAttempts}${count.passed} passed, ${count.failed} failed${skipped}\n`));
  }
}
