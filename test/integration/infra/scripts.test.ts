import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ROOT } from "../../infra/hcl/module-files.ts";

const BASH = ["/bin/bash", "/usr/bin/bash", "/usr/local/bin/bash"].find((path) => spawnSync(path, ["-c", "true"]).status === 0) ?? "bash";
const HAS_SHELLCHECK = spawnSync("shellcheck", ["--version"]).status === 0;
const NO_SHELLCHECK = "shellcheck is not on PATH: the scripts were not looked through";
if (!HAS_SHELLCHECK) console.warn(`${NO_SHELLCHECK}.`);

/** What the scripts use of every system. */
const COMMON = [
  "basename",
  "bash",
  "cat",
  "cmp",
  "cp",
  "cut",
  "env",
  "find",
  "grep",
  "gzip",
  "head",
  "mkdir",
  "mktemp",
  "rm",
  "sed",
  "seq",
  "sha256sum",
  "sleep",
  "sort",
  "tar",
  "touch",
  "tr",
  "xargs",
  "zip",
];

/** What `npm run build` makes, as far as the scripts look at it. */
const BUILT = [
  "worker.js",
  "worker-chunks/one.js",
  "headroom.js",
  "headroom-chunks/one.js",
  "api.js",
  "api-chunks/one.js",
  "functions/index.mjs",
  "functions/index-chunks/one.mjs",
  "functions/dead-letters.mjs",
  "web/index.html",
];

/** A copy of what the scripts work on, and tools that note how they were called, in a folder that is all that PATH names. */
class Tools {
  readonly folder = mkdtempSync(join(tmpdir(), "headroom-scripts-"));
  private readonly bin = join(this.folder, "bin");
  readonly dist = join(this.folder, "dist");

  constructor() {
    mkdirSync(this.bin);
    for (const part of ["infra/scripts", "infra/docker", "infra/stacks"]) {
      cpSync(join(ROOT, part), join(this.folder, part), { recursive: true, filter: (path) => !/\.terraform|build\.auto/.test(path) });
    }
    for (const name of BUILT) {
      mkdirSync(dirname(join(this.dist, name)), { recursive: true });
      writeFileSync(join(this.dist, name), "export {};\n");
    }
    for (const name of COMMON) {
      const found = spawnSync(BASH, ["-c", `command -v ${name}`], { encoding: "utf8" }).stdout.trim();
      if (found !== "") symlinkSync(found, join(this.bin, name));
    }
    symlinkSync(process.execPath, join(this.bin, "node"));
  }

  /** @param body What it does besides noting its arguments, in the shell's words. */
  add(name: string, body: string): void {
    const path = join(this.bin, name);
    writeFileSync(path, `#!${BASH}\nprintf '%s\\n' "${name} $*" >>"${join(this.folder, "calls")}"\n${body}\n`);
    chmodSync(path, 0o755);
  }

  /** AWS with an account, in which what was uploaded and pushed stays; Terraform that makes everything; Docker that builds. */
  addAll(): void {
    const there = join(this.folder, "there");
    mkdirSync(there);
    this.add(
      "aws",
      `case "$1 $2" in
        "sts get-caller-identity") echo 123456789012 ;;
        "s3api head-bucket") [ -e "${there}/bucket" ] ;;
        "s3api create-bucket") touch "${there}/bucket" ;;
        "s3api head-object") [ -e "${there}/object" ] ;;
        "s3 cp") [ -f "$4" ] && touch "${there}/object" ;;
        "ecr describe-images") [ -e "${there}/image" ] ;;
        "ecr get-login-password") echo secret ;;
        "autoscaling describe-auto-scaling-groups") echo "2 2" ;;
      esac`,
    );
    this.add("docker", `case "$1" in login) cat >/dev/null ;; push) touch "${there}/image" ;; esac`);
    this.add(
      "terraform",
      `case "$*" in
        *"output -raw bundle_bucket") printf bundles ;;
        *"output -raw group_name") printf workers ;;
        *"output -raw queue_url") printf https://queue ;;
        *"output -json repositories") printf '{"headroom":{"url":"1.dkr.ecr.eu-central-2.amazonaws.com/banking/headroom"},"worker":{"url":"1.dkr.ecr/jobs/worker"}}' ;;
        *"output -json services") printf '{"cluster":"c","names":["metrics"]}' ;;
      esac`,
    );
  }

  run(
    script: string,
    args: readonly string[],
    options: { readonly path?: string; readonly input?: string; readonly runbookUrl?: null } = {},
  ) {
    const { status, stdout, stderr } = spawnSync(BASH, [join(this.folder, "infra/scripts", script), ...args], {
      encoding: "utf8",
      input: options.input ?? "",
      env: {
        PATH: options.path ?? this.bin,
        HOME: this.folder,
        TMPDIR: this.folder,
        ...(options.runbookUrl === null ? {} : { TF_VAR_runbook_url: "https://example.com/runbook" }),
      },
    });
    return { status, said: stdout + stderr };
  }

  /** Calls since the last time this was asked. */
  calls(): string[] {
    const path = join(this.folder, "calls");
    const text = readFileSync(path, { encoding: "utf8", flag: "a+" });
    rmSync(path, { force: true });
    return text.split("\n").filter((line) => line !== "");
  }
}

describe("the scripts", () => {
  let tools: Tools;
  beforeEach(() => {
    tools = new Tools();
  });
  afterEach(() => rmSync(tools.folder, { recursive: true, force: true }));

  it.skipIf(!HAS_SHELLCHECK)(HAS_SHELLCHECK ? "have nothing that shellcheck objects to" : NO_SHELLCHECK, () => {
    const own = readdirSync(join(ROOT, "infra/scripts")).map((name) => join("infra/scripts", name));
    const ofInstances = ["await-service.sh", "report-ready.sh"].map((name) => join("infra/modules/fleet-ec2/files", name));
    const { stdout, status } = spawnSync("shellcheck", ["-x", "-P", ".", ...own, ...ofInstances], { cwd: ROOT, encoding: "utf8" });
    expect(stdout).toBe("");
    expect(status).toBe(0);
  });

  it.each([
    ["build", /^build: node is not on PATH\. It is needed to build; install Node\.js/],
    ["deploy", /^deploy: terraform is not on PATH\. It is needed to make the infrastructure; install Terraform/],
    ["destroy", /^destroy: terraform is not on PATH/],
    ["test", /^test: node is not on PATH/],
  ])("%s says which tool is missing, what for, and where to get it", (script, words) => {
    expect(tools.run(script, [], { path: join(tools.folder, "nothing") })).toEqual({
      status: 2,
      said: expect.stringMatching(words) as string,
    });
  });

  it("names the tools one after the other as they are needed", () => {
    tools.add("terraform", "");
    expect(tools.run("deploy", []).said).toMatch(/^deploy: aws is not on PATH\. It is needed to talk to AWS/);
  });

  it("hands on what AWS says when there are no credentials", () => {
    tools.add("terraform", "");
    tools.add("aws", `echo "Unable to locate credentials." >&2; exit 253`);
    const { status, said } = tools.run("deploy", ["-e", "dev"]);
    expect(status).toBe(2);
    expect(said).toContain("AWS answers: Unable to locate credentials.");
    expect(said).toContain("Log in (aws sso login, aws configure), or set AWS_PROFILE.");
    expect(tools.calls().filter((call) => call.startsWith("terraform"))).toEqual([]);
  });

  it("deploy asks for the runbook's address before it asks anybody else, and destroy does without", () => {
    tools.addAll();
    const { status, said } = tools.run("deploy", ["-e", "dev"], { runbookUrl: null });
    expect(status).toBe(2);
    expect(said).toMatch(/^deploy: runbook_url is not set: set it in infra\/stacks\/banking\/environments\/dev\.tfvars/);
    expect(tools.calls()).toEqual([]);
    expect(tools.run("destroy", ["-e", "dev", "--auto-approve"], { runbookUrl: null }).status).toBe(0);
    expect(tools.calls().find((call) => call.includes(" destroy "))).toContain("runbook_url=https://gone.invalid");
  });

  it.each([
    [["-e", "test"], 'takes dev, staging or prod, and is given "test"'],
    [["-s", "bank"], 'It is given "bank"'],
    [["-e"], "-e takes a value after it"],
    [["--frobnicate"], "there is no option --frobnicate"],
  ])("deploy refuses %j", (args, words) => {
    const { status, said } = tools.run("deploy", args);
    expect(status).toBe(2);
    expect(said).toContain(words);
  });

  it("build gives the same names for the same sources, and others for others", () => {
    const read = () => readFileSync(join(tools.folder, "infra/stacks/banking/build.auto.tfvars.json"), "utf8");
    expect(tools.run("build", ["--skip-npm"]).status).toBe(0);
    const first = read();
    expect(tools.run("build", ["--skip-npm"]).status).toBe(0);
    expect(read()).toBe(first);
    writeFileSync(join(tools.dist, "worker-chunks/one.js"), "export const other = 1;\n");
    expect(tools.run("build", ["--skip-npm"]).status).toBe(0);
    expect(read()).not.toBe(first);
    const { worker_bundle: bundle } = JSON.parse(read()) as { worker_bundle: { key: string; sha256: string } };
    expect(bundle.key).toBe(`worker/${bundle.sha256.slice(0, 12)}.tar.gz`);
    const listed = spawnSync("tar", ["tzf", join(tools.dist, "deploy", bundle.key)], { encoding: "utf8" }).stdout;
    expect(listed.split("\n").sort()).toEqual(["", "./", "./package.json", "./worker-chunks/", "./worker-chunks/one.js", "./worker.js"]);
  });

  it("build packs the functions with what they load, the same every time", () => {
    const read = () =>
      JSON.parse(readFileSync(join(tools.folder, "infra/stacks/banking/build.auto.tfvars.json"), "utf8")) as {
        functions_bundle: { key: string; sha256_base64: string };
      };
    expect(tools.run("build", ["--skip-npm"]).status).toBe(0);
    const { functions_bundle: first } = read();
    const listed = spawnSync("unzip", ["-Z1", join(tools.dist, "deploy", first.key)], { encoding: "utf8" });
    if (listed.status === 0)
      expect(listed.stdout.trim().split("\n").sort()).toEqual(["dead-letters.mjs", "index-chunks/one.mjs", "index.mjs"]);
    rmSync(join(tools.dist, "deploy"), { recursive: true });
    for (const name of BUILT) utimesSync(join(tools.dist, name), 1, 1);
    expect(tools.run("build", ["--skip-npm"]).status).toBe(0);
    expect(read().functions_bundle).toEqual(first);
  });

  it("build says what has not been built", () => {
    rmSync(join(tools.dist, "api.js"));
    expect(tools.run("build", ["--skip-npm"])).toEqual({
      status: 2,
      said: expect.stringMatching(/^build: there is no \S+\/dist\/api\.js: run `npm run build`/) as string,
    });
  });

  it("deploy --plan plans and makes nothing but the bucket for the state", () => {
    tools.addAll();
    const { status } = tools.run("deploy", ["-e", "staging", "--plan", "--skip-npm"]);
    expect(status).toBe(0);
    const calls = tools.calls();
    expect(calls.filter((call) => call.startsWith("terraform")).map((call) => /(init|plan|apply)/.exec(call)?.[0])).toEqual([
      "init",
      "plan",
    ]);
    expect(calls.find((call) => call.includes(" plan "))).toMatch(
      /-var-file environments\/staging\.tfvars -var environment=staging -var aws_region=eu-central-2/,
    );
    expect(calls.filter((call) => call.startsWith("aws s3 cp") || call.startsWith("docker"))).toEqual([]);
  });

  it("deploy fills the places before it starts what needs them, and the second time uploads nothing", () => {
    tools.addAll();
    const script = ["-e", "dev", "-s", "banking", "--auto-approve", "--skip-npm"];
    expect(tools.run("deploy", script).said).toContain("Deployed. Queue: https://queue");
    const first = tools.calls();
    const order = ["s3api create-bucket", "terraform -chdir", "-target=module.registry", "s3 cp", "docker build", "docker push"].map(
      (word) => first.findIndex((call) => call.includes(word)),
    );
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(order).not.toContain(-1);
    expect(first.filter((call) => call.includes(" apply "))).toHaveLength(2);
    expect(first.every((call) => !call.includes(" apply ") || call.includes("-auto-approve"))).toBe(true);
    expect(tools.run("deploy", script).status).toBe(0);
    const second = tools.calls();
    expect(second.filter((call) => /create-bucket|s3 cp|docker (build|push|login)/.test(call))).toEqual([]);
    expect(second.filter((call) => call.includes(" apply "))).toHaveLength(2);
  });

  it("deploy waits for the services, and says where to read on when they do not become steady", () => {
    tools.addAll();
    tools.add(
      "aws",
      `case "$1 $2" in "sts get-caller-identity") echo 123456789012 ;; "autoscaling describe-auto-scaling-groups") echo "2 2" ;; "ecs wait") exit 255 ;; esac`,
    );
    const { status, said } = tools.run("deploy", ["--auto-approve", "--skip-npm"]);
    expect(status).toBe(2);
    expect(said).toContain("docs/runbook.md#no-tasks");
  });

  it("destroy wants prod's name typed, and does nothing without it", () => {
    tools.addAll();
    const { status, said } = tools.run("destroy", ["-e", "prod", "--auto-approve"], { input: "yes\n" });
    expect(status).toBe(2);
    expect(said).toContain("Type banking-prod to go on");
    expect(tools.calls().filter((call) => call.includes("terraform"))).toEqual([]);
    expect(tools.run("destroy", ["-e", "prod"], { input: "banking-prod\n" }).status).toBe(0);
    expect(tools.calls().find((call) => call.includes(" destroy "))).not.toContain("-auto-approve");
  });

  it("destroy needs no build, and can be run twice", () => {
    tools.addAll();
    for (const _time of [1, 2]) expect(tools.run("destroy", ["-e", "dev", "-s", "jobs", "--auto-approve"]).status).toBe(0);
    expect(tools.calls().filter((call) => call.includes(" destroy "))).toHaveLength(2);
  });

  it("test takes --unit, --integration and --coverage, and nothing that it does not know", () => {
    expect(tools.run("test", ["--help"]).said).toMatch(/--unit[\s\S]*--integration[\s\S]*--coverage/);
    expect(tools.run("test", ["--fast"])).toEqual({ status: 2, said: expect.stringContaining("there is no option --fast") as string });
  });
});
