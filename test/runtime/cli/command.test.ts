import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tellCheck } from "../../../runtime/cli/simulate.ts";
import { scenarioJsonSchema } from "../../../sim/index.ts";
import { builtCommand, ended, headroom, startHeadroom } from "../../support/command.ts";

const ROOT = join(import.meta.dirname, "../../..");
const BANKING = gallery("banking");
const HOUR = { version: 1, name: "An hour", run: { durationSec: 3600 }, traffic: { kind: "poisson", ratePerSec: 5 } };

let folder: string;
let hour: string;
/** Takes minutes. */
let year: string;
let counts: string;

beforeAll(async () => {
  await builtCommand();
  folder = await mkdtemp(join(tmpdir(), "headroom-cli-"));
  await mkdir(join(folder, "out"));
  hour = await written("hour.json", JSON.stringify(HOUR));
  year = await written(
    "year.json",
    JSON.stringify({ ...HOUR, run: { durationSec: 31_622_400, sampleEverySec: 3600 }, traffic: { kind: "poisson", ratePerSec: 20 } }),
  );
  const rows = Array.from({ length: 12 }, (_, row) =>
    row === 5 ? "" : `2014-04-10 00:${String(row * 5).padStart(2, "0")}:00,${row * 100}\n`,
  );
  counts = await written("counts.csv", `timestamp,value\n${rows.join("")}`);
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

function gallery(id: string): string {
  return join(ROOT, "sim/scenario/gallery", `${id}.json`);
}

async function written(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

describe.concurrent("headroom simulate", () => {
  it("prints the verdict, the figures and the decisions, and nothing else", async () => {
    const { code, out, err } = await headroom("simulate", BANKING);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/^Online banking on EC2\n(Holds|Misses|Cannot hold): .+\.\n/);
    expect(out).toMatch(/\n +\d+ {2}08:\d\d:47 +2 → \d+ .+The high alarm holds/);
    expect(out).toMatch(/\nDigest [\da-f]{16}\n$/);
    expect(out).not.toMatch(/NaN|undefined/);
  });

  it("runs recorded counts at a scale, and says what it filled", async () => {
    const { code, out, err } = await headroom("simulate", hour, "--arrivals", counts, "--scale", "2");
    expect({ code, err }).toEqual({
      code: 0,
      err: `${counts}: 1 of 12 interval was missing, the first at 2014-04-10T00:25:00Z. It was filled with the mean of the two neighbours in the file.\n`,
    });
    expect(out).toContain("Run              1 h from 2014-04-10 00:00:00 UTC, seed 1");
  });

  it("gives the same bytes for the same seed, and others for another", async () => {
    const [first, second, other] = await Promise.all(["7", "7", "8"].map((seed) => headroom("simulate", hour, "--seed", seed, "--json")));
    expect(first!.code).toBe(0);
    expect(second!.out).toBe(first!.out);
    expect(other!.out).not.toBe(first!.out);
    expect(JSON.parse(first!.out)).toMatchObject({ seed: 7, scenario: HOUR });
  });

  it("writes the time series to a file beside the summary, or to the standard output in its place", async () => {
    const file = join(folder, "out/rows.csv");
    const [toFile, toOutput] = await Promise.all([headroom("simulate", hour, "--csv", file), headroom("simulate", hour, "--csv", "-")]);
    expect(toFile.out).toMatch(/^An hour\n/);
    expect(toOutput.out).toBe(await readFile(file, "utf8"));
    expect(toOutput.out).toMatch(/^timeMs,arrivalRatePerSec,.+\r\n0,0,/);
    expect(toOutput.out.trim().split("\r\n")).toHaveLength(62);
    expect(await readdir(join(folder, "out"))).toEqual(["rows.csv"]);
  });

  it("checks itself on the reference calendar", async () => {
    const { code, err } = await headroom("simulate", hour, "--check");
    expect({ code, err }).toMatchObject({
      code: 0,
      err: expect.stringMatching(/^Check passed: .+ the same digest, [\da-f]{16}\.\n$/) as string,
    });
  });

  it("ends quietly when its reader goes away", async () => {
    const child = startHeadroom(["simulate", BANKING, "--json"]);
    child.stdout?.once("data", () => child.stdout?.destroy());
    let err = "";
    child.stderr?.on("data", (text: string) => (err += text));
    const [code] = (await once(child, "exit")) as [number | null];
    expect({ code, err }).toEqual({ code: 0, err: "" });
  });

  it.each<[string, string[], string[]]>([
    [
      "a file that is not there",
      ["simulate", "nowhere.json"],
      ["headroom: nowhere.json: there is no such file or folder; check the name and the folder you are in."],
    ],
    [
      "a name that nothing has",
      ["simulate", "bankng"],
      ["headroom: bankng: there is no such file, and no scenario of the gallery has that id; docs/gallery.md lists them."],
    ],
    ["a folder", ["simulate", "sim"], ["headroom: sim: this is a folder; name a file."]],
    ["a folder of counts", ["simulate", BANKING, "--arrivals", "sim"], ["headroom: sim: this is a folder; name a file."]],
    [
      "a place that cannot be written",
      ["simulate", BANKING, "--csv", "nowhere/x.csv"],
      ["headroom: nowhere/x.csv: there is no such file or folder; check the name and the folder you are in."],
    ],
    [
      "a text that is no scenario",
      ["simulate", "README.md"],
      [
        "headroom: README.md cannot be used:",
        '  line 1, column 1: expected a value, found "#"; give a number, a text in double quotes, true, false, null, a list or an object.',
      ],
    ],
    [
      "two uses of the standard output",
      ["simulate", BANKING, "--json", "--csv", "-"],
      ["headroom: --json and --csv - both want the standard output; name a file for one of them."],
    ],
    [
      "a seed below 0",
      ["simulate", BANKING, "--seed", "-1"],
      [
        "error: option '--seed <number>' argument '-1' is invalid. Give a whole number from 0 to 9007199254740991.",
        "Ask for help with --help.",
      ],
    ],
    [
      "a scale of 0",
      ["simulate", BANKING, "--scale", "0"],
      ["error: option '--scale <times>' argument '0' is invalid. Give a number from 0.001 to 100000.", "Ask for help with --help."],
    ],
    [
      "an unknown option",
      ["simulate", BANKING, "--sed", "1"],
      ["error: unknown option '--sed'", "(Did you mean --seed?)", "Ask for help with --help."],
    ],
    ["no scenario", ["simulate"], ["error: missing required argument 'scenario'", "Ask for help with --help."]],
    [
      "a scale too far",
      ["simulate", BANKING, "--scale", "100000"],
      [
        `headroom: ${BANKING} with --scale 100000 cannot be used:`,
        "  traffic: 35.7 billion messages would be sent in 86400 s, and a run has at most 2 billion; divide traffic.scale or run.durationSec by 18.",
      ],
    ],
  ])("answers %s with one message and exit code 2", async (_, arguments_, message) => {
    expect(await headroom(...arguments_)).toEqual({ code: 2, out: "", err: `${message.join("\n")}\n` });
  });

  it("takes the id of a scenario of the gallery as well as its file", async () => {
    const [byId, byFile] = await Promise.all([headroom("simulate", "zero-flapping"), headroom("simulate", gallery("zero-flapping"))]);
    expect(byId).toEqual(byFile);
    expect(byId.code).toBe(0);
  });

  it("tells all faults of a scenario at once", async () => {
    const path = await written("faulty.json", JSON.stringify({ ...HOUR, fleet: { min: 5, max: 2 }, worker: { slots: 0 }, polycy: {} }));
    const { code, err } = await headroom("simulate", path);
    expect(code).toBe(2);
    expect(err.split("\n").map((line) => line.split(":")[0])).toEqual(["headroom", "  worker.slots", "  fleet.max", "  polycy", ""]);
  });

  it("tells all faults of a recording at once, with their lines", async () => {
    const path = await written("faulty.csv", "timestamp,value\n2014-04-10 00:00,x\n2014-04-10 00:05,\n");
    const { code, err } = await headroom("simulate", hour, "--arrivals", path);
    expect(code).toBe(2);
    expect(err.split("\n").map((line) => line.split(":")[0])).toEqual(["headroom", "  line 2", "  line 3", ""]);
  });
});

describe("a check that fails", () => {
  it("names both digests and the seed, and ends with exit code 1", () => {
    const disagreement = () => tellCheck({ digest: "0123456789abcdef", seed: 7 }, "fedcba9876543210");
    expect(disagreement).toThrow(
      expect.objectContaining({
        exitCode: 1,
        message: expect.stringMatching(/seed 7 .+ 0123456789abcdef, simjs fedcba9876543210/) as string,
      }),
    );
  });
});

describe("a long run", () => {
  it.each(["SIGINT", "SIGTERM"] as const)("stops at %s: says so, and leaves no file", async (signal) => {
    const target = join(folder, "out", `${signal}.csv`);
    const child = startHeadroom(["simulate", year, "--csv", target]);
    const end = ended(child);
    // It opens the file before it runs.
    const opened = join(folder, "out", `.${signal}.csv.${child.pid}.tmp`);
    while (!existsSync(opened) && child.exitCode === null) await sleep(20);
    child.kill(signal);
    expect(await end).toEqual({ code: signal === "SIGINT" ? 130 : 143, out: "", err: "headroom: Stopped. Nothing was written.\n" });
    expect((await readdir(join(folder, "out"))).filter((name) => name.includes(signal))).toEqual([]);
  });

  it("shows its progress on a terminal, and gives the cursor back when stopped", async () => {
    const child = startHeadroom(["simulate", year], { asTerminal: true });
    // Once: a second Ctrl-C would end it there and then.
    const interruptAtFirstBar = (text: Buffer) => {
      if (!text.toString().includes(" left")) return;
      child.stderr?.off("data", interruptAtFirstBar);
      child.kill("SIGINT");
    };
    child.stderr?.on("data", interruptAtFirstBar);
    const { code, err } = await ended(child);
    expect(code).toBe(130);
    expect(err).toMatch(/Simulating [█░]+ \d+ %/);
    // eslint-disable-next-line no-control-regex -- the terminal's own code for a visible cursor
    expect(err).toMatch(/\u001b\[\?25h.*headroom: Stopped\. Nothing was written\.\n$/s);
  });
});

describe.concurrent("commands of a real fleet", () => {
  it.each<[string, string[], RegExp]>([
    [
      "a log that is none",
      ["replay", "README.md"],
      /^headroom: README\.md is no decision log: it has no line that `headroom scaler` writes; name what was its --log or its output\.\n$/,
    ],
    ["an address that is none", ["queue", "depth", "jobs"], /\n {2}QUEUE_URL is "jobs" on the command line, and has to be an address/],
    ["a port that is none", ["api", "orders", "--port", "many"], /\n {2}PORT is "many" on the command line, and has to be a whole number/],
    [
      "a folder of logs below a file",
      ["local", "banking", "--logs", "README.md/logs"],
      /^headroom: README\.md\/logs: a part of this path is a file, not a folder; check the name\.\n$/,
    ],
  ])("answer %s in words, with exit code 2", async (_, arguments_, message) => {
    const { code, out, err } = await headroom(...arguments_);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(message);
  });

  it("say which port is taken when it is the API's", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as AddressInfo;
    const { code, err } = await headroom("local", "orders", "--for", "5s", "--no-traffic", "--api-port", String(port));
    taken.close();
    expect(code).toBe(2);
    expect(err).toContain(`headroom: Port ${port} is in use; name another with --api-port, or 0 for a free one.\n`);
  });
});

describe("headroom schema", () => {
  it("prints the JSON Schema of scenarios", async () => {
    const { code, out } = await headroom("schema");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual(scenarioJsonSchema());
  });
});
