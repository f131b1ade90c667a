import type { Reporter, TestModule } from "vitest/node";

/** Says in one line how far the simulator was from theory at most, over all files that compare the two. */
export default class TheoryLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const lines = modules.flatMap((module) => [...module.children.allTests()].flatMap((test) => test.meta().theory ?? []));
    if (lines.length === 0) return;
    const worst = lines.reduce((a, b) => (b.error > a.error ? b : a));
    const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
    const text =
      `${lines.length} closed forms, all within their intervals or listed above; the largest relative error is ${percent(worst.error)} ` +
      `(interval ± ${percent(worst.halfWidth)}): ${worst.name}. With thirty times as many messages, all below 1 %: npm run bench -- theory`;
    process.once("exit", () => process.stdout.write(`\n${text}\n`));
  }
}
