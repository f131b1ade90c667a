import type { Scenario } from "../../scenario/schema.ts";
import { capacityRules, loadRules } from "./capacity-rules.ts";
import { LEVELS, type Finding } from "./finding.ts";
import { lambdaRules } from "./lambda-rules.ts";
import { policyRules } from "./policy-rules.ts";
import { deadLetterRules, queueRules } from "./queue-rules.ts";
import { workFacts } from "./work-facts.ts";

/**
 * Looks a scenario through before anything is run, for the mistakes that such fleets are known to make: what arithmetic on
 * its settings shows, each finding with its figures and how to mend it. The gravest come first. That nothing is found does
 * not mean that the objective holds: only a run shows that.
 */
export function preflight(scenario: Scenario): readonly Finding[] {
  const facts = workFacts(scenario);
  const own = scenario.fleet.platform === "lambda" ? lambdaRules : [...capacityRules, ...queueRules, ...policyRules];
  const findings = [...loadRules, ...deadLetterRules, ...own].flatMap((rule) => rule(facts) ?? []);
  return LEVELS.flatMap((level) => findings.filter((finding) => finding.level === level));
}
