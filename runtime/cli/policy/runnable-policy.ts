import { decisionOf, initialOf, Misconduct, policyLaws, type Policy } from "../../../sim/index.ts";
import { Problem } from "../problem.ts";
import { loadPolicy } from "./policy-file.ts";
import { isTimeout, within } from "./watchdog.ts";

/**
 * A user's policy for a run: the first decision that no fleet could carry out ends the run with a sentence. What a run can
 * live with (it flaps, it reads the clock) is left to `headroom check-policy`.
 */
export async function runnablePolicy(path: string): Promise<Policy<unknown>> {
  const policy = await loadPolicy(path, "stderr");
  const laws = policyLaws({ staysWhileWarming: false }).filter(({ name }) => NEEDED.includes(name));
  return {
    kind: policy.kind,
    initial: () => orProblem(path, 0, () => initialOf(policy)),
    decide: (state, observation, now) =>
      orProblem(path, now, () => {
        const answer = decisionOf(policy, state, observation, now);
        const given: Policy<unknown> = { kind: policy.kind, initial: () => state, decide: () => answer };
        for (const law of laws) {
          const complaint = law.check(given, [{ now, observation }]);
          if (complaint !== undefined) throw new Misconduct(complaint);
        }
        return answer;
      }),
  };
}

function orProblem<T>(path: string, now: number, work: () => T): T {
  try {
    return within(PATIENCE_MS, work);
  } catch (error) {
    if (!isTimeout(error) && !(error instanceof Misconduct)) throw error;
    const complaint = error instanceof Misconduct ? error.message : `does not come back within ${PATIENCE_MS / 1000} s`;
    throw new Problem(
      `${path} cannot go on ${now / 1000} s into the run: it ${complaint}. Look closer with: headroom check-policy ${path}`,
      {
        cause: error,
      },
    );
  }
}

const NEEDED = ["never outside min and max", "every decision has a reason", "the next review lies ahead"];
const PATIENCE_MS = 3000;
