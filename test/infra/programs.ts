import { at, containersOf, environmentOf } from "./check/rules.ts";
import type { Plan } from "./hcl/plan.ts";
import { isObject } from "./hcl/values.ts";

/** A program that a stack runs: what it is told, and what it may do. */
export interface Program {
  readonly name: "worker" | "api" | "scaler" | "metrics" | "dead-letters";
  readonly runsOn: "ec2" | "fargate" | "lambda";
  /** Its environment variables, secrets among them, with something in the form of what only AWS knows. */
  readonly environment: Readonly<Record<string, string>>;
  /** Actions that its role allows it. */
  readonly allowed: readonly string[];
}

/** Where the parts of a program are in a plan. */
const PLACES: readonly { readonly name: Program["name"]; readonly at: RegExp }[] = [
  { name: "worker", at: /^module\.fleet\./ },
  { name: "api", at: /^module\.api\[0\]\./ },
  { name: "scaler", at: /^module\.watcher\[0\]\./ },
  { name: "dead-letters", at: /^(aws_lambda_function\.dead_letters|module\.dead_letter_role)/ },
];

/** All programs of a stack. */
export function programsOf(plan: Plan): readonly Program[] {
  return PLACES.flatMap(({ name, at: place }) => {
    const parts = plan.instances.filter(({ address }) => place.test(address));
    const policies = parts.filter(({ type, address }) => type === "aws_iam_role_policy" && !address.includes(".module.execution_role."));
    const allowed = policies.flatMap(({ values }) =>
      (JSON.parse(String(values["policy"])) as { Statement: { Action: string[] }[] }).Statement.flatMap(({ Action }) => Action),
    );
    const program = (runsOn: Program["runsOn"], environment: Readonly<Record<string, string>>): Program => ({
      name: name === "scaler" && !("SCENARIO" in environment) ? "metrics" : name,
      runsOn,
      environment: Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, inForm(value)])),
      allowed: [...new Set(allowed)].sort(),
    });
    return parts.flatMap((part): Program[] => {
      if (part.type === "aws_launch_template") return [program("ec2", environmentOf(plan))];
      if (part.type === "aws_lambda_function") {
        const variables = at(part.values["environment"], "variables");
        const told = isObject(variables) ? Object.entries(variables).map(([key, value]) => [key, String(value)] as const) : [];
        return [program("lambda", { ...Object.fromEntries(told), AWS_REGION: "eu-central-1" })];
      }
      if (part.type !== "aws_ecs_task_definition") return [];
      const [container] = containersOf(part);
      const told = container?.environment.map(({ name: key, value }) => [key, value] as const) ?? [];
      const secrets = container?.secrets.map(({ name: key }) => [key, "fetched at the start"] as const) ?? [];
      return [program("fargate", Object.fromEntries([...told, ...secrets]))];
    });
  });
}

/** What AWS would put in the place of «module.queue.aws_sqs_queue.main.url»: an address, an ARN, a port, a name. */
function inForm(value: string): string {
  return value.replaceAll(/«([^»]*)»/g, (_, path: string) => {
    switch (path.slice(path.lastIndexOf(".") + 1)) {
      case "url":
        return "https://sqs.eu-central-1.amazonaws.com/123456789012/name";
      case "arn":
        return "arn:aws:sns:eu-central-1:123456789012:name";
      case "port":
        return "5432";
      default:
        return "name";
    }
  });
}
