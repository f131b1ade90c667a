/**
 * The table that the simulator is held against: what queueing theory knows exactly, and what the whole engine gives, by
 * twenty replications each with an interval of 99.99 %. Fails when a truth lies outside its interval, or when the largest
 * relative error of the table is 1 % or more. Seeds are fixed: the table is the same each time, to the last digit.
 *
 *     npm run bench -- theory      some 10^9 messages, minutes on as many threads as there are processors
 *     npm run bench:quick          a fiftieth of it, held against the intervals alone
 */
import { isMainThread } from "node:worker_threads";
import { LEVEL, relativeError, type Comparison } from "../theory/case.ts";
import { CASES } from "../theory/cases/index.ts";
import { isQuick } from "./measure.ts";
import { answerTasks, onThreads } from "./pool.ts";

const LARGEST_ERROR = 0.01;

function print(name: string, comparison: Comparison): void {
  const { measure, truth, measured } = comparison;
  const percent = (share: number) => `${(100 * share).toFixed(2)} %`.padStart(8);
  const figures = [truth, measured.mean].map((value) => value.toPrecision(6).padStart(10)).join("");
  const error = percent(relativeError(comparison));
  console.log(`${name.padEnd(50)}${measure.padEnd(34)}${figures}${error}  ±${percent(measured.halfWidth / truth)}`);
}

if (isMainThread) {
  console.log(`${"case".padEnd(50)}${"measured".padEnd(34)}${"truth".padStart(10)}${"here".padStart(10)}${"error".padStart(8)}  interval`);
  const answers = await onThreads<readonly Comparison[]>(import.meta.url, CASES.length);
  const lines = CASES.flatMap(({ name }, index) => answers[index]!.map((comparison) => ({ name, comparison })));
  for (const { name, comparison } of lines) print(name, comparison);

  const worst = lines.reduce((a, b) => (relativeError(b.comparison) > relativeError(a.comparison) ? b : a));
  const error = relativeError(worst.comparison);
  const outside = lines.filter(({ comparison: { truth, measured } }) => truth < measured.low || truth > measured.high);
  console.log(
    `${lines.length} closed forms, ${outside.length} outside their intervals (${100 * LEVEL} %); the largest relative error is ` +
      `${(100 * error).toFixed(2)} %: ${worst.name}, ${worst.comparison.measure}`,
  );
  if (outside.length > 0 || (!isQuick && error >= LARGEST_ERROR)) process.exitCode = 1;
} else {
  answerTasks((task) => CASES[task]!.compare(isQuick ? 0.02 : 1));
}
