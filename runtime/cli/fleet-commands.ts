import type { Command } from "commander";

interface WatcherOptions {
  readonly group?: string;
  readonly queueUrl?: string;
  readonly workers?: string;
}

interface ScalerOptions extends WatcherOptions {
  readonly scenario?: string;
  readonly policy?: string;
  readonly interval?: string;
  readonly log?: string;
  readonly port?: string;
  readonly dryRun?: boolean;
}

/** The commands that stand beside a real fleet. Each is loaded when it is called: they bring the AWS SDK. */
export function addFleetCommands(program: Command): void {
  watching(program.command("scaler"))
    .description("Drive a scaling policy on a real Auto Scaling group, and log every decision with what it was taken on (docs/scaler.md).")
    .option("--scenario <file>", "scenario whose policy decides, a JSON file")
    .option("--policy <file>", "your own policy, a TypeScript or JavaScript file, in place of the scenario's")
    .option("--interval <seconds>", "review so often, whatever the policy asks for (INTERVAL_SEC)")
    .option("--log <file>", "append the decisions to a file instead of the standard output (DECISION_LOG)")
    .option("--port <number>", "port of /health and /metrics (METRICS_PORT)")
    .option("--dry-run", "decide and log, and leave the group as it is")
    .action(async ({ scenario, policy, interval, log, port, dryRun = false, ...options }: ScalerOptions) => {
      const { scalerCommand } = await import("./scaler.ts");
      const request = { scenarioPath: scenario, policyPath: policy, intervalSec: interval, logPath: log, port, isDryRun: dryRun };
      await scalerCommand({ ...flagsOf(options), ...request });
      // Connections that wait for an answer would keep the command alive.
      process.exit();
    });

  watching(program.command("metrics"))
    .description("Publish the metrics by which AWS's own policies can follow a queue: backlog per instance, in flight, busy share, age.")
    .option("--period <seconds>", "60, 30 or 10 (PERIOD_SEC)")
    .action(async ({ period, ...options }: WatcherOptions & { readonly period?: string }) => {
      const { metricsCommand } = await import("./metrics.ts");
      await metricsCommand({ ...flagsOf(options), periodSec: period });
      process.exit();
    });

  program
    .command("replay")
    .description("Put a decision log to its policy again, as the simulator has it, and say whether every decision is the same.")
    .argument("<log>", 'decision log of `headroom scaler`; "-" reads the standard input')
    .option("--policy <file>", "the policy's file, if it was one of your own")
    .option("--json", "print the findings as JSON instead")
    .action(async (path: string, { policy, json = false }: { readonly policy?: string; readonly json?: boolean }) => {
      const { replayCommand } = await import("./replay.ts");
      process.exitCode = await replayCommand(path, { policyPath: policy, json });
    });
}

function watching(command: Command): Command {
  return command
    .option("--group <name>", "Auto Scaling group (AUTO_SCALING_GROUP_NAME)")
    .option("--queue-url <url>", "queue that it works on (QUEUE_URL)")
    .option("--workers <url>", "the workers' pages, with {instance} for an instance's id, or a host with several addresses (WORKER_URL)");
}

function flagsOf({ group, queueUrl, workers }: WatcherOptions) {
  return { group, queueUrl, workerUrl: workers };
}
