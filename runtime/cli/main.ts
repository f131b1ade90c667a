import { once } from "node:events";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { fieldAt, scenarioJsonSchema } from "../../sim/index.ts";
import { bundle } from "./bundle.ts";
import { addFleetCommands } from "./fleet-commands.ts";
import { seconds } from "./durations.ts";
import { Interruption } from "./interruption.ts";
import { writeOut } from "./output.ts";
import { addPlanCommands } from "./plan-commands.ts";
import { EXIT, Problem } from "./problem.ts";
import { simulateCommand } from "./simulate.ts";

interface SimulateOptions {
  readonly arrivals?: string;
  readonly scale?: number;
  readonly seed: number;
  readonly json?: true;
  readonly csv?: string;
  readonly check?: true;
  readonly policy?: string;
  readonly why?: number;
}

interface CheckPolicyOptions {
  readonly runs: number;
  readonly seed: number;
  readonly warmUp?: boolean;
  readonly json?: boolean;
  readonly out?: string;
}

interface LocalOptions {
  readonly controller?: "aws" | "headroom";
  readonly for: number;
  readonly from?: number;
  readonly scale?: number;
  readonly seed: number;
  readonly port: number;
  readonly apiPort: number;
  readonly traffic: boolean;
  readonly validate?: boolean;
  readonly logs?: string;
}

/**
 * The `headroom` command. Exit codes: 0 when all went well, 1 when a check failed, 2 for bad input or usage, 130 and 143
 * when stopped by Ctrl-C or by the system.
 */
const program = new Command("headroom")
  .description("A workbench for worker fleets behind Amazon SQS.")
  .exitOverride()
  .showHelpAfterError("Ask for help with --help.");

program
  .command("simulate")
  .description("Run a scenario and print what happened: the verdict, the figures, and every scaling decision with its reason.")
  .argument("<scenario>", "a JSON file, or the id of a scenario of the gallery")
  .option("-a, --arrivals <file>", "recorded counts as the traffic: a CSV of timestamp,value")
  .option("--scale <times>", "multiply the traffic: the recorded counts, or the scenario's traffic.scale", numberIn("traffic", "scale"))
  .option("--seed <number>", "random numbers to use; the same seed gives the same bytes", seed, 1)
  .option("--json", "print the whole result as JSON instead")
  .option("--csv <file>", 'write the time series as CSV; "-" prints it instead of the summary')
  .option("--policy <file>", "your own policy, a TypeScript or JavaScript file, in place of the scenario's")
  .option("--why <number>", "tell why that decision was taken and what came of it, instead of the summary", decisionNumber)
  .option("--check", "run on a second, independent engine as well and compare")
  .action(async (scenarioPath: string, options: SimulateOptions) => {
    const { arrivals, scale, json = false, csv, check = false, policy, why } = options;
    if (json && csv === "-") throw new Problem("--json and --csv - both want the standard output; name a file for one of them.");
    if (why !== undefined && (json || csv === "-"))
      throw new Problem("--why wants the standard output for itself: leave out --json and --csv -.");
    const request = { scenarioPath, arrivalsPath: arrivals, scale, seed: options.seed, json, csvPath: csv, check, policyPath: policy, why };
    await simulateCommand(request, new Interruption("Stopped. Nothing was written."));
  });

program
  .command("check-policy")
  .description("Put your own scaling policy through the laws of policies, and show the smallest case that breaks one.")
  .argument("<policy>", "TypeScript or JavaScript file whose default export is a policy")
  .option("--runs <number>", "random stories for each law", runs, 200)
  .option("--seed <number>", "random numbers to use; the same seed draws the same stories", seed, 1)
  .option("--warm-up", "hold it to one more law: no scale-in while an instance is pending or warming up")
  .option("--json", "print the findings as JSON instead")
  .option("--out <file>", "write a counterexample as a scenario that opens in the workbench")
  .action(async (policyPath: string, { warmUp = false, json = false, out, ...options }: CheckPolicyOptions) => {
    const { checkPolicyCommand } = await import("./check-policy.ts");
    const code = await checkPolicyCommand({ policyPath, ...options, staysWhileWarming: warmUp, json, outPath: out });
    // A timer that the policy has started would keep the command alive.
    process.exit(code);
  });

program
  .command("worker")
  .description("Run a worker on a queue. Its settings are environment variables (docs/worker.md), or names in a settings file.")
  .option("--handler <file>", 'TypeScript or JavaScript file whose default export handles messages; "emulate" sleeps as messages say')
  .option("--config <file>", "settings file, JSON; the environment overrules it")
  .action(async ({ handler, config }: { readonly handler?: string; readonly config?: string }) => {
    const { workerCommand } = await import("./worker.ts");
    // A handler may have left timers and connections behind.
    process.exit(await workerCommand({ handlerPath: handler, configPath: config }));
  });

program
  .command("serve")
  .description("Serve the workbench on this machine, with a fleet of processes that it can run scenarios on, and print its address.")
  .option("-p, --port <number>", "port to listen on, 0 for any; the first free one from 4173 on if not given", port)
  .option("--host <address>", "address to listen on; where other machines can reach it, no fleet is run", "127.0.0.1")
  .action(async (options: { readonly port?: number; readonly host: string }) => {
    await serveCommand(options);
  });

program
  .command("local")
  .description(
    "Run a scenario on this machine: the embedded AWS, its alarms and policies, and a fleet of processes, in real time; or a pipeline, with its API and its stores.",
  )
  .argument(
    "[scenario]",
    "a pipeline (transactions, jobs, emails, orders, payments), id of a scenario of the gallery, or a JSON file",
    "banking",
  )
  .addOption(
    new Option("--controller <who>", "who scales: the embedded Auto Scaling's policies, or the scenario's by itself").choices([
      "aws",
      "headroom",
    ]),
  )
  .addOption(new Option("--for <time>", "how long to run, such as 90s or 5m").argParser(seconds).default(300, "5m"))
  .option("--from <time>", "where in the scenario's traffic to begin, such as 8h50m", seconds)
  .option("--scale <times>", "multiply the traffic", numberIn("traffic", "scale"))
  .option("--seed <number>", "random numbers to use; a simulation with this seed has the same messages", seed, 1)
  .option("-p, --port <number>", "port of the embedded AWS, 0 for any", port, 0)
  .option("--api-port <number>", "port of a pipeline's API, 0 for any", port, 8000)
  .option("--no-traffic", "send a pipeline no requests: you do")
  .option("--validate", "then simulate the same and print measured beside simulated")
  .option("--logs <folder>", "write a log of each instance there")
  .action(async (scenario: string, { for: forSec, from = 0, logs, validate = false, ...options }: LocalOptions) => {
    const { localCommand } = await import("./local.ts");
    const { controller, seed: chosenSeed, port: chosenPort, apiPort, traffic } = options;
    const pace = (await import("../pipelines/index.ts")).pipelineNamed(scenario)?.localPace;
    const isPaced = pace !== undefined && options.scale === undefined && traffic;
    if (isPaced) process.stderr.write(`${pace.said} --scale 1 sends what the scenario does.\n`);
    await localCommand({
      scenario,
      controller,
      forSec,
      fromSec: from,
      scale: isPaced ? pace.scale : options.scale,
      seed: chosenSeed,
      port: chosenPort,
      apiPort,
      hasTraffic: traffic,
      validate,
      logFolder: logs,
    });
  });

program
  .command("schema")
  .description("Print the JSON Schema of scenarios, for editors.")
  .action(async () => {
    await writeOut([`${JSON.stringify(scenarioJsonSchema(), undefined, 2)}\n`]);
  });

addPlanCommands(program, numberIn("traffic", "scale"));
addFleetCommands(program);

program
  .command("export")
  .description("Write what of a scenario is deployed, for the tools that deploy it.")
  .command("terraform")
  .description("Write the variables of a stack in infra/stacks: queue, worker, fleet, policies. What cannot be deployed is named.")
  .argument("<scenario>", "a JSON file, or the id of a scenario of the gallery")
  .option("--out <file>", "file to write, as infra/stacks/banking/scenario.auto.tfvars.json; the standard output if not given")
  .action(async (scenarioPath: string, { out }: { readonly out?: string }) => {
    const { exportTerraformCommand } = await import("./export/command.ts");
    await exportTerraformCommand(scenarioPath, out, new Interruption("Stopped. Nothing was written."));
  });

await main();

async function main(): Promise<void> {
  try {
    await program.parseAsync();
  } catch (error) {
    process.exitCode = tell(error);
  }
}

/** Says what went wrong, unless it has been said, and gives the exit code. Defects keep their stack. */
function tell(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.badInput;
  if (!(error instanceof Problem)) throw error;
  process.stderr.write(`headroom: ${error.message}\n`);
  return error.exitCode;
}

async function serveCommand({ port, host }: { readonly port?: number; readonly host: string }): Promise<void> {
  const { serve } = await import("./serve.ts");
  const { signal } = new Interruption("Stopped.");
  const serving = await serve({ port, host, workerScript: bundle("worker.js") }).catch((error: unknown) => {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EADDRINUSE") {
      throw new Problem(`Port ${port ?? ""} is in use; name another with --port, or none to have one found.`, { cause: error });
    }
    if (code === "ENOTFOUND" || code === "EADDRNOTAVAIL") {
      throw new Problem(`${host} is no address of this machine; leave --host out to serve this machine alone.`, { cause: error });
    }
    throw error instanceof Error ? new Problem(error.message, { cause: error }) : error;
  });
  await writeOut([`Headroom is at ${serving.url} (Ctrl-C stops it)\n`]);
  if (!signal.aborted) await once(signal, "abort");
  await serving.close();
}

function numberIn(...path: string[]): (text: string) => number {
  const { min = -Infinity, max = Infinity } = fieldAt(path) ?? {};
  return (text) => {
    const value = Number(text);
    if (text.trim() === "" || !(value >= min && value <= max)) throw new InvalidArgumentError(`Give a number from ${min} to ${max}.`);
    return value;
  };
}

function wholeNumber(text: string, max: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > max) throw new InvalidArgumentError(`Give a whole number from 0 to ${max}.`);
  return value;
}

function runs(text: string): number {
  const value = wholeNumber(text, 1_000_000);
  if (value === 0) throw new InvalidArgumentError("Give a whole number from 1 to 1000000.");
  return value;
}

function decisionNumber(text: string): number {
  return wholeNumber(text, 1e9);
}

function seed(text: string): number {
  return wholeNumber(text, Number.MAX_SAFE_INTEGER);
}

function port(text: string): number {
  return wholeNumber(text, 65_535);
}
