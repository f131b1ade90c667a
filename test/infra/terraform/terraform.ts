import { spawn, spawnSync } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../hcl/module-files.ts";

/** Version of the terraform on PATH; undefined when there is none. */
export const TERRAFORM = versionOf("terraform");

function versionOf(command: string): string | undefined {
  const { status, stdout } = spawnSync(command, ["version", "-json"], { encoding: "utf8" });
  return status === 0 ? (JSON.parse(stdout) as { terraform_version: string }).terraform_version : undefined;
}

/**
 * A copy of infra in which Terraform may leave its traces, and a provider in place of AWS's (provider.js), so that
 * nothing is fetched and nothing is asked of AWS.
 */
export class TerraformCopy {
  private readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async make(): Promise<TerraformCopy> {
    const folder = await mkdtemp(join(tmpdir(), "headroom-terraform-"));
    await cp(join(ROOT, "infra"), join(folder, "infra"), { recursive: true, filter: (path) => !path.endsWith(".terraform") });
    await cp(join(ROOT, "runtime/metrics"), join(folder, "runtime/metrics"), { recursive: true });
    await mkdir(join(folder, "provider"));
    const start = `#!/bin/sh\nexec "${process.execPath}" "${join(import.meta.dirname, "provider.js")}"\n`;
    await writeFile(join(folder, "provider/terraform-provider-aws"), start, { mode: 0o755 });
    const overrides = `dev_overrides {\n    "hashicorp/aws" = "${join(folder, "provider")}"\n  }`;
    await writeFile(join(folder, "terraform.rc"), `provider_installation {\n  ${overrides}\n  direct {}\n}\n`);
    return new TerraformCopy(folder);
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Runs terraform in a folder of the copy, as `infra/stacks/banking`; gives what it printed and its exit code. */
  run(folder: string, ...args: string[]): Promise<{ readonly code: number | null; readonly printed: string }> {
    const environment = {
      ...process.env,
      TF_CLI_CONFIG_FILE: join(this.folder, "terraform.rc"),
      TF_DISABLE_PLUGIN_TLS: "1",
      CHECKPOINT_DISABLE: "1",
      TF_IN_AUTOMATION: "1",
    };
    return new Promise((resolve, reject) => {
      const child = spawn("terraform", args, { cwd: join(this.folder, folder), env: environment, stdio: ["ignore", "pipe", "pipe"] });
      let printed = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => (printed += text));
      child.stderr.setEncoding("utf8").on("data", (text: string) => (printed += text));
      child.on("error", reject);
      child.on("close", (code) => resolve({ code, printed }));
    });
  }
}
