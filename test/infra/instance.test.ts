import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { environmentFileOf, unitOf } from "../fixtures/infra/unit-file.js";
import { InstanceRoot, userDataOf } from "./instance.ts";
import { planStack } from "./stacks.ts";

describe("an instance", () => {
  let root: InstanceRoot;
  beforeEach(() => {
    root = new InstanceRoot();
  });
  afterEach(() => root.remove());

  async function installed(files: Readonly<Record<string, string>> = { "worker.js": "export {};\n" }) {
    const sha256 = root.serveBundle(files);
    const plan = await planStack("banking", { worker_bundle: { key: "worker/0123456789ab.tar.gz", sha256 } });
    return { plan, ...root.install(userDataOf(plan)) };
  }

  it("fetches the bundle, and starts the worker as a service of a user of its own", async () => {
    const { status, said } = await installed();
    expect(said).toBe("");
    expect(status).toBe(0);
    expect(root.read("/opt/headroom/worker.js")).toBe("export {};\n");
    expect(root.calls().filter((call) => call.startsWith("aws"))).toEqual([
      expect.stringMatching(/^aws s3 cp --only-show-errors s3:\/\/banking-sqs-dev-bundles-123456789012\/worker\/0123456789ab\.tar\.gz /),
    ]);
    expect(root.calls()).toContain("dnf install -y nodejs22 amazon-cloudwatch-agent");
    expect(root.calls().slice(-3)).toEqual([
      "systemctl daemon-reload",
      "systemctl enable headroom-worker",
      "systemctl start --no-block headroom-worker",
    ]);
    expect([root.mode("/opt/headroom/bin/await-service.sh"), root.mode("/etc/headroom/worker.env")]).toEqual(["755", "644"]);
  });

  it("runs nothing that is not what was built", async () => {
    root.serveBundle({ "worker.js": "export const altered = true;\n" });
    const plan = await planStack("banking");
    const { status, said } = root.install(userDataOf(plan));
    expect(status).not.toBe(0);
    expect(said).toContain("FAILED");
    expect(root.calls().filter((call) => call.includes("headroom-worker"))).toEqual([]);
  });

  it("tells the worker its queue, its group, its hook and the scenario's settings", async () => {
    await installed();
    const environment = environmentFileOf(root.read("/etc/headroom/worker.env"));
    expect(environment).toEqual({
      ACCOUNTS_TABLE_NAME: "banking-sqs-dev-accounts",
      AUTO_SCALING_GROUP_NAME: "banking-sqs-dev-workers",
      AWS_REGION: "eu-central-1",
      CONCURRENT_RECEIVES: "1",
      DELETE_LINGER_MS: "200",
      DRAIN_LIMIT_SEC: "300",
      HANDLER: "transactions",
      HEARTBEAT_EVERY_SEC: "20",
      HEARTBEAT_EXTEND_TO_SEC: "60",
      HEARTBEAT_MAX_SEC: "3600",
      IDEMPOTENCY_EXPIRY_HOURS: "528",
      IDEMPOTENCY_TABLE_NAME: "banking-sqs-dev-idempotency",
      LIFECYCLE_HOOK_NAME: "banking-sqs-dev-workers-terminate",
      LOG_LEVEL: "info",
      MAX_MESSAGES_PER_RECEIVE: "10",
      METRICS_HOST: "0.0.0.0",
      METRICS_PORT: "9090",
      PROCESSES: "1",
      QUEUE_URL: "«module.queue.aws_sqs_queue.main.url»",
      RECEIVE_BACK_OFF_FIRST_SEC: "0.2",
      RECEIVE_BACK_OFF_MAX_SEC: "20",
      SCALE_IN_PROTECTION: "off",
      SLOTS: "4",
      TRANSACTIONS_TABLE_NAME: "banking-sqs-dev-transactions",
      WAIT_TIME_SEC: "20",
    });
  });

  it("has a unit that drains before it is killed, and stays down when it has drained", async () => {
    await installed();
    const { Service: service = {}, Unit: unit = {} } = unitOf(root.read("/etc/systemd/system/headroom-worker.service"));
    expect(service).toMatchObject({
      ExecStart: ["/usr/bin/node /opt/headroom/worker.js"],
      EnvironmentFile: ["/etc/headroom/worker.env"],
      User: ["headroom"],
      Restart: ["on-failure"],
      KillSignal: ["SIGTERM"],
      TimeoutStopSec: ["315"],
      NoNewPrivileges: ["true"],
    });
    expect(unit["After"]).toEqual(["network-online.target"]);
  });

  it("keeps values that hold quotes and backslashes as they are", async () => {
    const plan = await planStack("banking", {
      handler: 'a "quoted" \\ path.js',
      worker_bundle: { key: "worker/x.tar.gz", sha256: root.serveBundle({ "worker.js": "" }) },
    });
    expect(root.install(userDataOf(plan)).status).toBe(0);
    expect(environmentFileOf(root.read("/etc/headroom/worker.env"))["HANDLER"]).toBe('a "quoted" \\ path.js');
  });

  it("fits into user data, which has 16 KB before base64", async () => {
    expect(userDataOf(await planStack("banking")).length).toBeLessThan(16_384);
  });
});
