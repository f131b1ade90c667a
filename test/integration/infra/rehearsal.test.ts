import {
  CreateAutoScalingGroupCommand,
  DescribeAutoScalingInstancesCommand,
  PutLifecycleHookCommand,
  SetDesiredCapacityCommand,
} from "@aws-sdk/client-auto-scaling";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { builtWorker } from "../../support/worker-process.ts";
import { ROOT } from "../../infra/hcl/module-files.ts";
import type { Plan } from "../../infra/hcl/plan.ts";
import { InstanceRoot, userDataOf } from "../../infra/instance.ts";
import { text, type Value } from "../../infra/hcl/values.ts";
import { planStack, variablesOf } from "../../infra/stacks.ts";
import { fleetRig, until } from "../fleet/fleet-rig.ts";

const FIXTURES = join(import.meta.dirname, "../../fixtures/infra");
const QUEUE = "«module.queue.aws_sqs_queue.main.url»";
const ORDER = JSON.stringify({ order_id: "1", customer_id: 7, items: [{ product_id: "a", quantity: 1, price: 2.5 }] });

const READY =
  /^aws autoscaling complete-lifecycle-action --region eu-central-1 --auto-scaling-group-name banking-sqs-dev-workers --lifecycle-hook-name banking-sqs-dev-workers-launch --instance-id i-\w+ --lifecycle-action-result CONTINUE$/;

/** What the build script makes of what is built, in a folder of its own. */
class BuiltBundles {
  readonly folder = mkdtempSync(join(tmpdir(), "headroom-bundles-"));

  constructor() {
    for (const part of ["infra/scripts", "infra/docker", "infra/stacks", "dist"]) {
      cpSync(join(ROOT, part), join(this.folder, part), {
        recursive: true,
        filter: (path) => !/\.terraform|build\.auto|dist\/(deploy|web|\.)/.test(path),
      });
    }
    const { status, stderr } = spawnSync(join(this.folder, "infra/scripts/build"), ["--skip-npm"], { encoding: "utf8" });
    if (status !== 0) throw new Error(stderr);
  }

  /** The variables that it wrote for a stack. */
  get variables() {
    const written = readFileSync(join(this.folder, "infra/stacks/banking/build.auto.tfvars.json"), "utf8");
    return JSON.parse(written) as { readonly worker_bundle: { readonly key: string; readonly sha256: string } };
  }

  get workerArchive(): string {
    return join(this.folder, "dist/deploy", this.variables.worker_bundle.key);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A port that nobody has; instances have each their own machine, and here they share one. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe("an instance of infra/stacks/banking", () => {
  let bundles: BuiltBundles;
  let root: InstanceRoot;
  let rig: Awaited<ReturnType<typeof fleetRig>> | undefined;

  beforeAll(async () => {
    await builtWorker();
    bundles = new BuiltBundles();
  }, 120_000);
  afterAll(() => bundles.remove());
  beforeEach(() => {
    root = new InstanceRoot();
  });
  afterEach(async () => {
    await rig?.close();
    rig = undefined;
    root.remove();
  });

  /** A group with the stack's hooks, whose instances install themselves by the stack's user data and run their unit. */
  async function groupOf(plan: Plan) {
    const unit = join(root.folder, "etc/systemd/system/headroom-worker.service");
    const credentials = { AWS_ACCESS_KEY_ID: "nobody", AWS_SECRET_ACCESS_KEY: "a-secret-of-nobody" };
    rig = await fleetRig({
      fleet: { program: { script: join(FIXTURES, "unit.js"), args: [unit] }, region: "eu-central-1", logFolder: root.folder },
      environment: { PATH: `${root.tools}:${process.env["PATH"] ?? ""}`, ...credentials },
    });
    const { queueUrl, clients } = rig;
    root.serve(bundles.workerArchive, `exec "${process.execPath}" "${join(FIXTURES, "aws.js")}" "$@"`);
    const userData = userDataOf(plan)
      .replaceAll(QUEUE, queueUrl)
      .replaceAll('METRICS_PORT="9090"', `METRICS_PORT="${await freePort()}"`);
    expect(root.install(userData)).toEqual({ status: 0, said: "" });

    const named = (type: string) => plan.instances.filter((instance) => instance.type === type).map(({ values }) => values);
    const AutoScalingGroupName = text(named("aws_autoscaling_group")[0]?.["name"]);
    const limits = { MinSize: 0, MaxSize: 2, DesiredCapacity: 0, AvailabilityZones: ["eu-central-1a"] };
    await clients.autoScaling.send(
      new CreateAutoScalingGroupCommand({ AutoScalingGroupName, ...limits, LaunchTemplate: { LaunchTemplateName: "worker" } }),
    );
    for (const hook of named("aws_autoscaling_lifecycle_hook")) {
      await clients.autoScaling.send(
        new PutLifecycleHookCommand({
          AutoScalingGroupName,
          LifecycleHookName: text(hook["name"]),
          LifecycleTransition: text(hook["lifecycle_transition"]),
          HeartbeatTimeout: Number(hook["heartbeat_timeout"]),
          DefaultResult: text(hook["default_result"]),
        }),
      );
    }
    return {
      rig,
      resize: (DesiredCapacity: number) =>
        clients.autoScaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity })),
      send: (MessageBody: string) => clients.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody })),
      /** What the service of the only instance has logged. */
      logged: () =>
        readdirSync(root.folder)
          .filter((name) => name.endsWith(".log"))
          .map((name) => readFileSync(join(root.folder, name), "utf8"))
          .join(""),
      state: async () => {
        const { AutoScalingInstances: [instance] = [] } = await clients.autoScaling.send(new DescribeAutoScalingInstancesCommand({}));
        return instance?.LifecycleState;
      },
    };
  }

  it("starts, works, and drains when its group wants it gone: the job under way is finished, the hook completed, the exit code 0", async () => {
    // A worker that drains waits for its long poll.
    const worker = { ...(variablesOf("banking")["worker"] as Readonly<Record<string, Value>>), wait_time_sec: 2 };
    const plan = await planStack("banking", { ...bundles.variables, worker, handler: "orders" });
    const { rig: here, resize, send, state, logged } = await groupOf(plan);
    await resize(1);
    const asked = () => root.calls().filter((call) => call.startsWith("aws autoscaling"));
    await until("the instance has said that it is ready", () => asked().length > 0);
    expect(asked()).toEqual([expect.stringMatching(READY)]);
    await until("its hook lets it into service", async () => (await state()) === "InService");

    // Paying for an order takes three seconds.
    await send(ORDER);
    await until("an order is paid for", () => here.queue().deleted === 1);
    await send(ORDER);
    await until("another is under way", () => here.queue().inFlight === 1);
    await resize(0);
    await until("the hook holds the instance", async () => (await state()) === "Terminating:Wait");
    await until("the instance is gone", async () => (await state()) === undefined);
    await until("its service has ended", () => logged().includes("service ended"));
    expect(logged()).toContain("lifecycle action completed");
    expect(logged()).toContain("service ended with 0");
    expect(here.queue()).toMatchObject({ visible: 0, inFlight: 0, deleted: 2, received: 2 });
    expect(here.defects).toEqual([]);
  });
});
