import { InvalidArgumentError, type Command } from "commander";
import type { ContenderId, Scenario } from "../../sim/index.ts";
import { readInput } from "./input.ts";
import { Interruption } from "./interruption.ts";

interface InputOptions {
  readonly arrivals?: string;
  readonly scale?: number;
}

interface PlanOptions extends InputOptions {
  readonly ways?: readonly ContenderId[];
  readonly json?: boolean;
  readonly out?: string;
}

interface SweepOptions extends InputOptions {
  readonly vary: readonly string[];
  readonly runs: number;
  readonly csv?: string;
}

/** The commands that look for better settings. Each is loaded when it is called. */
export function addPlanCommands(program: Command, scale: (text: string) => number): void {
  const taking = (command: Command) =>
    command
      .argument("<scenario>", "a JSON file, or the id of a scenario of the gallery")
      .option("-a, --arrivals <file>", "recorded counts as the traffic: a CSV of timestamp,value")
      .option("--scale <times>", "multiply the traffic", scale);

  taking(program.command("preflight"))
    .description("Look a scenario through for known mistakes, before anything is run. Exits with 1 when one is sure to go wrong.")
    .option("--json", "print the findings as JSON instead")
    .action(async (path: string, { json = false, ...options }: InputOptions & { readonly json?: boolean }) => {
      const { preflightCommand } = await import("./preflight.ts");
      process.exitCode = await preflightCommand(await scenarioOf(path, options, new Interruption(STOPPED)), { json });
    });

  taking(program.command("plan"))
    .description(
      "Find the settings that hold the objective at the least cost: policy, target, minimum. Exits with 1 when nothing holds it.",
    )
    .option("--ways <kinds>", 'ways of scaling to look at, as "ec2-target-tracking,headroom,fixed"; all that fit if not given', list)
    .option("--out <file>", "write the scenario with the settings found")
    .option("--json", "print everything that was tried as JSON instead")
    .action(async (path: string, { ways, json = false, out, ...options }: PlanOptions) => {
      const { planCommand } = await import("./plan.ts");
      const interruption = new Interruption(STOPPED);
      const scenario = await scenarioOf(path, options, interruption);
      process.exitCode = await planCommand({ scenario, ways, json, outPath: out }, interruption);
    });

  taking(program.command("sweep"))
    .description("Run a scenario over the values of some settings and print what each combination gives.")
    .requiredOption(
      "--vary <setting=values>",
      "values of a setting: policy.target=50,100,200, or fleet.min=1..8, or policy.target=10..200/6 for six of them; repeat it for more settings",
      (text: string, before: readonly string[] | undefined) => [...(before ?? []), text],
    )
    .option("--runs <number>", "runs at each point, with the seeds 1 to this", runs, 3)
    .option("--csv <file>", 'write a row for each run as CSV; "-" prints it instead of the table')
    .action(async (path: string, { vary, runs: count, csv, ...options }: SweepOptions) => {
      const { sweepCommand } = await import("./sweep.ts");
      const interruption = new Interruption(STOPPED);
      const scenario = await scenarioOf(path, options, interruption);
      process.exitCode = await sweepCommand({ scenario, axes: vary, runs: count, csvPath: csv }, interruption);
    });
}

const STOPPED = "Stopped. Nothing was written.";

async function scenarioOf(scenarioPath: string, { arrivals, scale }: InputOptions, { signal }: Interruption): Promise<Scenario> {
  const { scenario, notices } = await readInput({ scenarioPath, arrivalsPath: arrivals, scale }, signal);
  for (const notice of notices) process.stderr.write(`${notice}\n`);
  return scenario;
}

const WAYS: readonly ContenderId[] = [
  "ec2-target-tracking",
  "ecs-target-tracking",
  "exact-backlog",
  "headroom",
  "keda-hpa",
  "step",
  "simple",
  "scheduled",
  "predictive",
  "composition",
  "fixed",
];

function list(text: string): readonly ContenderId[] {
  const names = text.split(",");
  const known = names.filter((name): name is ContenderId => (WAYS as readonly string[]).includes(name));
  if (known.length < names.length) throw new InvalidArgumentError(`Give some of ${WAYS.join(", ")}, with commas in between.`);
  return known;
}

function runs(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 1000) throw new InvalidArgumentError("Give a whole number from 1 to 1000.");
  return value;
}
