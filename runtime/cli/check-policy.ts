import { setImmediate } from "node:timers/promises";
import { formatCount } from "../../sim/index.ts";
import { OutputFile, writeOut, writeText } from "./output.ts";
import { asScenario, inWords, type Told } from "./policy/counterexample.ts";
import { checkPolicy, type LawReport } from "./policy/law-check.ts";
import { loadPolicy } from "./policy/policy-file.ts";
import { EXIT } from "./problem.ts";

export interface CheckPolicyRequest {
  readonly policyPath: string;
  /** Random stories for each law. */
  readonly runs: number;
  readonly seed: number;
  readonly staysWhileWarming: boolean;
  readonly json: boolean;
  /** File for the first counterexample as a scenario, best one that a run shows. */
  readonly outPath: string | undefined;
}

/** `headroom check-policy`: puts a user's own policy through the laws. Returns the exit code. */
export async function checkPolicyCommand(request: CheckPolicyRequest): Promise<number> {
  const { policyPath, json, outPath } = request;
  const strays = catchStrays();
  const policy = await loadPolicy(policyPath, "nowhere");
  const outFile = outPath === undefined ? undefined : await OutputFile.open(outPath);
  try {
    const reports = checkPolicy(policy, request);
    await setImmediate();
    const broken = reports.filter(({ verdict }) => verdict === "broken");
    const told = outFile === undefined ? [] : broken.map((report) => ({ report, told: asScenario(report, policy, policyPath) }));
    const best = told.find((one) => one.told?.isShown === true) ?? told.find((one) => one.told !== undefined);
    if (best?.told !== undefined) await outFile?.write([`${JSON.stringify(best.told.scenario, undefined, 2)}\n`]);
    const findings: Findings = { request, kind: policy.kind, reports, strays, written: best };
    if (json) await writeOut([asJson(findings)]);
    else await writeText(asText(findings));
    return broken.length + strays.length === 0 ? EXIT.ok : EXIT.checkFailed;
  } finally {
    await outFile?.discard();
  }
}

interface Findings {
  readonly request: CheckPolicyRequest;
  readonly kind: string;
  readonly reports: readonly LawReport[];
  /** What the policy started and left to itself, and failed. */
  readonly strays: readonly string[];
  readonly written: { readonly report: LawReport; readonly told: Told | undefined } | undefined;
}

/** What a policy leaves behind (a promise nobody waits for, a timer) may fail when it has long returned. */
function catchStrays(): readonly string[] {
  const strays: string[] = [];
  const keep = (error: unknown) => {
    const text = error instanceof Error ? error.message : String(error);
    if (!strays.includes(text)) strays.push(text);
  };
  process.on("unhandledRejection", keep);
  process.on("uncaughtException", keep);
  return strays;
}

function asText({ request, kind, reports, strays, written }: Findings): string {
  const { policyPath, seed, outPath } = request;
  const broken = reports.filter(({ verdict }) => verdict === "broken").length + (strays.length > 0 ? 1 : 0);
  const lines = [`${policyPath} (${kind}) before the laws of policies, seed ${seed}`, ""];
  for (const report of reports) lines.push(...entry(report));
  for (const stray of strays) lines.push(`  BROKEN  It leaves work behind that fails after it has answered: ${stray}.`);
  const judged = reports.every(({ verdict }) => verdict !== "not judged");
  lines.push(
    "",
    broken > 0 ? `${formatCount(broken, "law")} broken.` : judged ? "All laws held." : "No law was broken, but not all could be judged.",
  );
  if (outPath !== undefined && written?.told === undefined) lines.push(`There was no counterexample to write to ${outPath}.`);
  if (written?.told !== undefined) {
    const { report, told } = written;
    const command = `npx headroom simulate ${outPath ?? ""} --policy ${policyPath}`;
    lines.push(
      `The counterexample of “${report.law.name}” is in ${outPath ?? ""}, a scenario for the workbench. A scenario cannot name your policy: there EC2 target tracking decides.`,
      told.isShown
        ? `Your policy breaks the law in it: ${command}`
        : "It has the same fleet, limits and load, but a run does not come to the very figures of the counterexample, and your policy does not break the law in it.",
    );
  }
  return `${lines.join("\n")}\n`;
}

function entry(report: LawReport): string[] {
  const { law, verdict, stories, complaint } = report;
  const name = `${law.name.charAt(0).toUpperCase()}${law.name.slice(1)}`;
  switch (verdict) {
    case "held":
      return [`  held    ${name}: in ${formatCount(stories, "random story", "random stories")}.`];
    case "not judged":
      return [`  ?       ${name}: not judged, for want of decisions.`];
    case "broken":
      return [`  BROKEN  ${name}: it ${complaint ?? ""}.`, ...inWords(report).map((line) => `            ${line}`)];
  }
}

function asJson({ request, kind, reports, strays, written }: Findings): string {
  const { policyPath, seed, runs, outPath } = request;
  const laws = reports.map((report) => {
    const { law, verdict, stories, complaint, counterexample } = report;
    const told = counterexample === undefined ? {} : { counterexample: { words: inWords(report), ...counterexample } };
    return { law: law.name, verdict, stories, ...(complaint === undefined ? {} : { complaint }), ...told };
  });
  const scenario =
    written?.told === undefined ? {} : { scenario: { path: outPath, law: written.report.law.name, isShown: written.told.isShown } };
  return `${JSON.stringify({ policy: policyPath, kind, seed, runs, laws, strays, ...scenario }, numbers, 2)}\n`;
}

/** JSON knows no NaN; a decision may. */
function numbers(_: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}
