import { InvalidArgumentError, Option, type Command } from "commander";
import { seconds } from "./durations.ts";

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
    .option("--scenario <file>", "scenario whose policy decides: a JSON file, or an id of the gallery")
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
    .command("api")
    .description("Serve the API of a pipeline: it takes requests and sends messages. Its settings are environment variables (docs/api.md).")
    .argument("[pipeline]", "name of the pipeline, such as orders (PIPELINE)")
    .option("-p, --port <number>", "port to listen on, 0 for any (PORT)")
    .option("--config <file>", "settings file, JSON; the environment overrules it")
    .action(async (pipeline: string | undefined, { port, config }: { readonly port?: string; readonly config?: string }) => {
      const { apiCommand } = await import("./api.ts");
      process.exit(await apiCommand({ name: pipeline, port, configPath: config }));
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

  addLoad(program);
  addQueue(program.command("queue").description("Look after a queue: how deep it is, what is in it, its dead letters."));
}

interface LoadOptions {
  readonly queueUrl?: string;
  readonly api?: string;
  readonly scenario?: string;
  readonly profile?: "orders-sync" | "orders-async" | "orders";
  readonly rate?: number;
  readonly users?: number;
  readonly spawnRate?: number;
  readonly think?: number;
  readonly for?: number;
  readonly scale?: number;
  readonly seed: number;
  readonly emulate?: boolean;
  readonly body?: string;
  readonly header?: string[];
  readonly json?: boolean;
}

function addLoad(program: Command): void {
  program
    .command("load")
    .description("Send real load to a queue or an API, by the arrivals of a scenario or at a rate, and report rate and latency.")
    .option("--queue-url <url>", "queue to send to (QUEUE_URL)")
    .option("--api <url>", "API to POST to instead")
    .option("--scenario <file>", "scenario whose traffic is sent, in real time: a JSON file, or an id of the gallery")
    .addOption(
      new Option("--profile <name>", "known load on the API of a pipeline: customers who wait, who do not, or one after the other").choices(
        ["orders-sync", "orders-async", "orders"],
      ),
    )
    .option("--rate <number>", "messages a second, at random times (Poisson)", positive)
    .option("--users <number>", "users who ask, wait for the answer, think, and ask again", positive)
    .option("--spawn-rate <number>", "users who come a second", positive)
    .option("--think <time>", "how long a user thinks", seconds)
    .option("--for <time>", "for how long, such as 60s or 5m; the scenario's run if not given", seconds)
    .option("--scale <times>", "multiply the scenario's traffic", positive)
    .option("--seed <number>", "random numbers to use; the same seed sends the same messages", whole, 1)
    .option("--emulate", "say in each message how long its job takes, for `headroom worker --handler emulate`")
    .option("--body <file>", "text of the messages, with places such as {{number}} and {{serviceTimeMs}}")
    .option("--header <line>", 'header for the API, "Name: value"; may be given several times', (line, lines: string[] | undefined) => [
      ...(lines ?? []),
      line,
    ])
    .option("--json", "print the report as JSON instead")
    .action(
      async ({
        api,
        scenario,
        profile,
        rate,
        spawnRate,
        think,
        body,
        header = [],
        emulate = false,
        json = false,
        ...options
      }: LoadOptions) => {
        const { loadCommand } = await import("./load.ts");
        await loadCommand({
          queueUrl: options.queueUrl,
          apiUrl: api,
          scenarioPath: scenario,
          ratePerSec: rate,
          users: options.users,
          spawnPerSec: spawnRate,
          thinkSec: think,
          forSec: options.for,
          scale: options.scale,
          seed: options.seed,
          isEmulated: emulate,
          bodyPath: body,
          headers: header,
          profile,
          json,
        });
        process.exit();
      },
    );
}

interface ListOptions {
  readonly count: number;
  readonly json?: boolean;
}

function addQueue(queue: Command): void {
  const address = "the queue's address; QUEUE_URL if not given";
  queue
    .command("depth")
    .description("Say what the queue and its dead-letter queue hold.")
    .argument("[url]", address)
    .option("--json", "print it as JSON")
    .action(async (url: string | undefined, { json = false }: { readonly json?: boolean }) => {
      await (await import("./queue.ts")).depthCommand(url, json);
    });
  queue
    .command("peek")
    .description("Show messages and give them back. Looking counts as a receive.")
    .argument("[url]", address)
    .option("-n, --count <number>", "how many at most", whole, 10)
    .option("--json", "print them as JSON")
    .action(async (url: string | undefined, { count, json = false }: ListOptions) => {
      await (await import("./queue.ts")).peekCommand(url, { count, json });
    });
  queue
    .command("purge")
    .description("Delete all messages, after asking for the queue's name.")
    .argument("[url]", address)
    .option("--yes", "do not ask")
    .action(async (url: string | undefined, { yes = false }: { readonly yes?: boolean }) => {
      await (await import("./queue.ts")).purgeCommand(url, yes);
    });
  const dead = queue.command("dlq").description("Look after the dead letters of a queue.");
  dead
    .command("list")
    .description("Show dead messages: when they were sent and first received, how often, and where they died.")
    .argument("[url]", "address of the queue, or of its dead-letter queue; QUEUE_URL if not given")
    .option("-n, --count <number>", "how many at most", whole, 10)
    .option("--json", "print them as JSON")
    .action(async (url: string | undefined, { count, json = false }: ListOptions) => {
      await (await import("./queue.ts")).listDeadCommand(url, { count, json });
    });
  dead
    .command("redrive")
    .description("Move dead messages back to the queue that they died in, and show how far it has got.")
    .argument("[url]", "address of the queue, or of its dead-letter queue; QUEUE_URL if not given")
    .option("--max-rate <number>", "messages a second at most, 1 to 500; as SQS sees fit if not given", whole)
    .action(async (url: string | undefined, { maxRate }: { readonly maxRate?: number }) => {
      await (await import("./queue.ts")).redriveCommand(url, maxRate);
    });
}

function positive(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value > 0 && value < Infinity)) throw new InvalidArgumentError("Give a number above 0.");
  return value;
}

function whole(text: string): number {
  const value = positive(text);
  if (!Number.isSafeInteger(value)) throw new InvalidArgumentError("Give a whole number from 1 on.");
  return value;
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
