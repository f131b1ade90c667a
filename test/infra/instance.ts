import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Plan } from "./hcl/plan.ts";

/** The user data of the group's launch template, as an instance reads it. */
export function userDataOf(plan: Plan): string {
  const template = plan.instances.find(({ type }) => type === "aws_launch_template");
  return Buffer.from(String(template?.values["user_data"]), "base64").toString();
}

/** What installs itself on an instance, and where it goes. */
const PLACES = ["/etc/", "/opt/", "/var/log/"] as const;
const TOOLS = ["dnf", "useradd", "systemctl"] as const;

/**
 * A machine's file system in a folder of its own, in which user data is carried out: what it writes lands below the folder,
 * and what would change the machine itself (packages, users, services) is noted instead.
 */
export class InstanceRoot {
  readonly folder = mkdtempSync(join(tmpdir(), "headroom-instance-"));
  private readonly bin = join(this.folder, "bin");

  constructor() {
    mkdirSync(this.bin);
    for (const place of [...PLACES, "/etc/systemd/system/", "/etc/logrotate.d/", "/opt/aws/amazon-cloudwatch-agent/etc/"]) {
      mkdirSync(join(this.folder, place), { recursive: true });
    }
    for (const name of TOOLS) this.add(name, "");
  }

  /** @param body What the tool does besides noting its arguments, in the shell's words. */
  add(name: string, body: string): void {
    writeFileSync(join(this.bin, name), `#!/usr/bin/env bash\nprintf '%s\\n' "${name} $*" >>"${join(this.folder, "calls")}"\n${body}\n`);
    chmodSync(join(this.bin, name), 0o755);
  }

  /** Packs files as the build script does, hands them out as S3 would, and gives the hash to check them by. */
  serveBundle(files: Readonly<Record<string, string>>): string {
    const source = join(this.folder, "bundle");
    mkdirSync(source);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(source, name), text);
    const archive = join(this.folder, "bundle.tar.gz");
    spawnSync("tar", ["-C", source, "-czf", archive, "."]);
    this.serve(archive);
    return createHash("sha256").update(readFileSync(archive)).digest("hex");
  }

  /** Hands an archive out as S3 would; `otherwise` is what aws does when it is asked for something else, in the shell's words. */
  serve(archive: string, otherwise = "false"): void {
    this.add("aws", `if [ "$1 $2" = "s3 cp" ]; then cp "${archive}" "$5"; else ${otherwise}; fi`);
  }

  /** Where its own tools are, for PATH. */
  get tools(): string {
    return this.bin;
  }

  /** Carries user data out. */
  install(userData: string): { readonly status: number | null; readonly said: string } {
    const here = PLACES.reduce(
      (script, place) => script.replaceAll(new RegExp(`(?<![\\w.])${place}`, "g"), `${this.folder}${place}`),
      userData,
    );
    const { status, stdout, stderr } = spawnSync("bash", ["-s"], {
      input: here,
      encoding: "utf8",
      env: { ...process.env, PATH: `${this.bin}:${process.env["PATH"] ?? ""}`, TMPDIR: this.folder },
    });
    return { status, said: stdout + stderr };
  }

  /** A file as the instance has it, its own paths in it. */
  read(path: string): string {
    return readFileSync(join(this.folder, path), "utf8").replaceAll(this.folder, "");
  }

  mode(path: string): string {
    return (statSync(join(this.folder, path)).mode & 0o777).toString(8);
  }

  calls(): string[] {
    return readFileSync(join(this.folder, "calls"), "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => line.replaceAll(this.folder, ""));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
