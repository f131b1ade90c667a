import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ROOT } from "../../infra/hcl/module-files.ts";

describe("the scripts around the worker", () => {
  const files = join(ROOT, "infra/modules/fleet-ec2/files");
  let folder: string;
  let server: Server;
  let metadata: Record<string, string>;
  let asked: string[];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "headroom-life-"));
    metadata = { "instance-id": "i-0123456789" };
    asked = [];
    server = createServer((request, response) => {
      asked.push(`${request.method ?? ""} ${request.url ?? ""}`);
      const hasToken = request.headers["x-aws-ec2-metadata-token"] === "a-token";
      const value =
        request.method === "PUT" && request.url === "/latest/api/token"
          ? "a-token"
          : metadata[request.url?.replace("/latest/meta-data/", "") ?? ""];
      if (request.url === "/ready") response.writeHead("ready" in metadata ? 200 : 503).end();
      else if (value === undefined || (request.method === "GET" && !hasToken)) response.writeHead(hasToken ? 404 : 401).end();
      else response.end(value);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    writeFileSync(join(folder, "aws"), `#!/usr/bin/env bash\nprintf '%s\\n' "$*" >>"${join(folder, "calls")}"\n`);
    chmodSync(join(folder, "aws"), 0o755);
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Starts a script as systemd would, with its environment file beside it. */
  function start(name: string, hook: string): { readonly ended: Promise<number | null>; readonly calls: () => string[] } {
    const port = String((server.address() as { port: number }).port);
    writeFileSync(
      join(folder, "launch.env"),
      `AWS_REGION="eu-central-1"\nGROUP_NAME="workers"\nLAUNCH_HOOK_NAME="${hook}"\nMETRICS_PORT="${port}"\n`,
    );
    const script = readFileSync(join(files, name), "utf8").replaceAll("/etc/headroom/launch.env", join(folder, "launch.env"));
    const environment = {
      ...process.env,
      PATH: `${folder}:${process.env["PATH"] ?? ""}`,
      METADATA_URL: `http://127.0.0.1:${port}`,
      POLL_SEC: "0.05",
    };
    const child = spawn("bash", ["-c", script], { env: environment, stdio: "ignore" });
    const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
    return {
      ended,
      calls: () =>
        readFileSync(join(folder, "calls"), { encoding: "utf8", flag: "a+" })
          .split("\n")
          .filter((line) => line !== ""),
    };
  }

  async function until(condition: () => boolean): Promise<void> {
    for (const deadline = Date.now() + 10_000; !condition();) {
      if (Date.now() > deadline) throw new Error("It did not come about within 10 s.");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  it("let the worker start when the group wants it in service, and not before it is known", async () => {
    const { ended, calls } = start("await-service.sh", "");
    await until(() => asked.filter((line) => line.includes("target-lifecycle-state")).length >= 2);
    metadata["autoscaling/target-lifecycle-state"] = "InService";
    expect(await ended).toBe(0);
    expect(calls()).toEqual([]);
  });

  it("let an instance go to sleep in the warm pool, and start the worker when it is woken", async () => {
    metadata["autoscaling/target-lifecycle-state"] = "Warmed:Stopped";
    const { ended, calls } = start("await-service.sh", "launch");
    await until(() => calls().length > 0);
    metadata["autoscaling/target-lifecycle-state"] = "InService";
    expect(await ended).toBe(0);
    expect(calls()).toEqual([
      "autoscaling complete-lifecycle-action --region eu-central-1 --auto-scaling-group-name workers --lifecycle-hook-name launch --instance-id i-0123456789 --lifecycle-action-result CONTINUE",
    ]);
  });

  it("start no worker on an instance that has to go", async () => {
    metadata["autoscaling/target-lifecycle-state"] = "Terminated";
    expect(await start("await-service.sh", "launch").ended).toBe(1);
  });

  it("complete the launch hook when the worker is ready, not before", async () => {
    const { ended, calls } = start("report-ready.sh", "launch");
    await until(() => asked.filter((line) => line === "GET /ready").length >= 2);
    expect(calls()).toEqual([]);
    metadata["ready"] = "yes";
    expect(await ended).toBe(0);
    expect(calls()).toHaveLength(1);
  });

  it("say nothing where no hook waits", async () => {
    const { ended, calls } = start("report-ready.sh", "");
    expect(await ended).toBe(0);
    expect([calls(), asked]).toEqual([[], []]);
  });
});
