import { processesOf, PROCESSES, type Process } from "../model/processes.ts";
import type { Fault } from "./faults.ts";
import { dotted, memberOf, type Path } from "./fields.ts";
import type { FieldValues } from "./workload-rules.ts";

/** What the schema cannot say of operators' acts: whether there is what they are done to. */
export function actFaults(fields: FieldValues, document: unknown): Fault[] {
  const acts = memberOf(document, "acts");
  if (!Array.isArray(acts)) return [];
  const platform = fields.value(["fleet", "platform"]);
  const counts = [fields.number(["queue", "maxReceiveCount"]), ...acts.map((act) => memberOf(act, "maxReceiveCount"))];
  const hasDeadLetters = counts.some((count) => typeof count === "number" && count > 0);
  return acts.flatMap((act: unknown, index): Fault[] => {
    const path: Path = ["acts", index];
    const kind = memberOf(act, "kind");
    if (kind === "deploy" && platform === "ec2") return [noDeployment(path)];
    if (kind === "instance-refresh") return refreshFaults(act, platform, path);
    if (kind === "end-retained" && platform !== "lambda" && fields.value(["fleet", "terminateHook", "abandoned"]) !== "retain")
      return [nothingRetained(path)];
    if ((kind === "suspend" || kind === "resume") && (platform === "ec2" || platform === "fargate"))
      return processFaults(memberOf(act, "process"), platform, path);
    const needsDeadLetters = kind === "redrive" || (kind === "purge" && memberOf(act, "queue") !== "main");
    return needsDeadLetters && !hasDeadLetters ? [noDeadLetters(path)] : [];
  });
}

function noDeployment(path: Path): Fault {
  const problem = "a deployment is that of an ECS service on Fargate";
  return { code: "contradiction", path: dotted([...path, "kind"]), problem, mend: 'an EC2 group is renewed by "instance-refresh"' };
}

function refreshFaults(act: unknown, platform: unknown, path: Path): Fault[] {
  if (platform === "fargate") {
    const problem = "an instance refresh is that of an EC2 group";
    return [{ code: "contradiction", path: dotted([...path, "kind"]), problem, mend: 'an ECS service is renewed by "deploy"' }];
  }
  const [min, max] = [memberOf(act, "minHealthyPercent"), memberOf(act, "maxHealthyPercent")];
  if (typeof max !== "number" || (typeof min === "number" && max - min <= 100)) return [];
  const why =
    typeof min === "number" ? `is more than 100 above minHealthyPercent, ${String(min)} %` : "is not taken without minHealthyPercent";
  const problem = `${String(max)} % ${why}`;
  const mend = "set minHealthyPercent, at most 100 below it";
  return [{ code: "contradiction", path: dotted([...path, "maxHealthyPercent"]), value: max, unit: "%", problem, mend }];
}

function nothingRetained(path: Path): Fault {
  const problem = "no instance is ever retained: that takes a terminate hook that says so";
  return { code: "contradiction", path: dotted(path), problem, mend: 'remove the act, or set fleet.terminateHook.abandoned to "retain"' };
}

function processFaults(process: unknown, platform: "ec2" | "fargate", path: Path): Fault[] {
  const known = processesOf(platform);
  if (!PROCESSES.includes(process as Process) || known.has(process as Process)) return [];
  const problem = `${platform === "ec2" ? "an EC2 Auto Scaling group" : "an ECS service"} has no such process`;
  const mend = `name one of ${[...known].join(", ")}`;
  return [{ code: "contradiction", path: dotted([...path, "process"]), value: process, problem, mend }];
}

function noDeadLetters(path: Path): Fault {
  const problem = "there is no dead-letter queue: queue.maxReceiveCount is 0";
  return { code: "contradiction", path: dotted(path), problem, mend: "remove the act, or raise queue.maxReceiveCount" };
}
