import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { DecisionReplay, formatCount, type ReplayReport } from "../../sim/index.ts";
import { writeOut } from "./output.ts";
import { EXIT, Problem, systemProblem } from "./problem.ts";

/** `headroom replay`: puts a decision log to the policy again. Returns the exit code: 1 when anything differs. */
export async function replayCommand(
  path: string,
  options: { readonly policyPath: string | undefined; readonly json: boolean },
): Promise<number> {
  const { policyPath, json } = options;
  const own = policyPath === undefined ? undefined : await (await import("./policy/runnable-policy.ts")).runnablePolicy(policyPath);
  const replay = new DecisionReplay(own);
  const input = path === "-" ? process.stdin : createReadStream(path);
  try {
    for await (const line of createInterface({ input, crlfDelay: Infinity })) {
      replay.push(line);
      if (replay.isOver) break;
    }
  } catch (error) {
    throw systemProblem(error, path);
  }
  if (!replay.hasLogLines)
    throw new Problem(`${path} is no decision log: it has no line that \`headroom scaler\` writes; name what was its --log or its output.`);
  const report = replay.finish();
  await writeOut([json ? `${JSON.stringify(report, undefined, 2)}\n` : inWords(report)]);
  return report.agrees ? EXIT.ok : EXIT.checkFailed;
}

function inWords(report: ReplayReport): string {
  const { reviews, changes, runs, skipped } = report;
  const seen = [
    formatCount(reviews, "decision"),
    `${changes} of them another capacity`,
    ...(runs > 1 ? [formatCount(runs, "run")] : []),
    ...(skipped > 0 ? [`${formatCount(skipped, "review")} not held because the group could not be read`] : []),
  ].join(", ");
  if (report.agrees) return `Agreed: ${seen}. The same policy decides the same, every time.\n`;
  const { line, problem, now } = report.difference;
  const when = now === undefined ? "" : ` (${now / 1000} s into the run)`;
  return `Differs at line ${line}${when}: ${problem}.\nUntil then: ${seen}.\n`;
}
