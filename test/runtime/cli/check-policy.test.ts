import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseScenario } from "../../../sim/index.ts";
import { builtCommand, headroom } from "../../support/command.ts";

const POLICIES = "test/fixtures/policies";
const GOOD = `${POLICIES}/messages-per-instance.ts`;

let folder: string;

beforeAll(async () => {
  await builtCommand();
  folder = await mkdtemp(join(tmpdir(), "headroom-policies-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function written(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

/** The source of a policy that stays where it is; `first` stands at the start of each decision. */
const staying = (first: string, before = "") => `${before}
export default {
  kind: "staying",
  initial: () => null,
  decide(state, { capacity }, now) {
    ${first}
    const reason = { code: "hold", text: "There is nothing to do." };
    return { state, decision: { desired: capacity.desired, reason, limitedBy: undefined, nextReviewAt: now + 60000 } };
  },
};
`;

describe.concurrent("headroom check-policy", () => {
  it("says of a good policy in TypeScript that all laws held", async () => {
    const { code, out, err } = await headroom("check-policy", GOOD, "--warm-up");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out.match(/^ {2}held {4}.+ in \d+ random stories\.$/gm)).toHaveLength(9);
    expect(out).toMatch(/\n\nAll laws held\.\n$/);
  });

  it("takes JavaScript, as a module and as CommonJS", async () => {
    const paths = await Promise.all([
      written("module.js", staying("")),
      written("common.cjs", staying("").replace("export default", "module.exports =")),
    ]);
    const ends = await Promise.all(paths.map((path) => headroom("check-policy", path, "--runs", "20")));
    expect(ends.map(({ code, err }) => ({ code, err }))).toEqual(Array(2).fill({ code: 0, err: "" }));
  });

  it("shows the smallest case that breaks a law, and writes a scenario that shows it", async () => {
    const path = join(folder, "flaps.json");
    const { code, out, err } = await headroom("check-policy", `${POLICIES}/flaps.ts`, "--out", path);
    expect({ code, err }).toEqual({ code: 1, err: "" });
    expect(out).toMatch(
      /\n {2}BROKEN {2}Constant load does not flap: it turns about \d+ times in 120 minutes with .+ waiting all the time: \d+ → .+\.\n/,
    );
    expect(out).toContain("A scenario cannot name your policy: there EC2 target tracking decides.");
    expect(out).toContain(`Your policy breaks the law in it: npx headroom simulate ${path} --policy ${POLICIES}/flaps.ts\n`);
    expect(parseScenario(await readFile(path, "utf8")).ok).toBe(true);
    const run = await headroom("simulate", path, "--policy", `${POLICIES}/flaps.ts`);
    expect(run.code).toBe(0);
    expect(Number(/Decisions that changed the desired capacity: (\d+) of/.exec(run.out)?.[1])).toBeGreaterThan(100);
  });

  it("gives the same for the same seed, as JSON", async () => {
    const ask = (seed: string) => headroom("check-policy", `${POLICIES}/exceeds-max.ts`, "--json", "--seed", seed, "--runs", "50");
    const [first, second] = await Promise.all([ask("7"), ask("7")]);
    expect(first.out).toBe(second.out);
    const findings = JSON.parse(first.out) as { laws: { law: string; verdict: string }[] };
    expect(findings).toMatchObject({ kind: "exceeds-max", seed: 7, runs: 50, strays: [] });
    expect(findings.laws.filter(({ verdict }) => verdict === "broken")).toEqual([
      expect.objectContaining({ law: "never outside min and max", complaint: "asks for 1, above the maximum of 0" }),
    ]);
  });

  it("writes no file when there is no counterexample", async () => {
    const path = join(folder, "nothing.json");
    const { code, out } = await headroom("check-policy", GOOD, "--runs", "10", "--out", path);
    expect({ code, isThere: existsSync(path) }).toEqual({ code: 0, isThere: false });
    expect(out).toContain(`There was no counterexample to write to ${path}.`);
  });

  it.each([
    ["throws", staying(`throw new Error("no such figure");`), "it throws: Error: no such figure."],
    ["is asynchronous and fails", staying(`throw new Error("late");`).replace("decide(", "async decide("), "it answers with a promise"],
    [
      "fails when it has long answered",
      staying(`Promise.reject(new Error("late"));`),
      "It leaves work behind that fails after it has answered: late.",
    ],
    ["has a timer of its own", staying(`throw 1;`, "setInterval(() => {}, 1000);"), "it throws: 1."],
    ["loops", staying("for (;;);"), "it does not come back within 2 s."],
    ["logs and changes what it sees", staying("console.log(capacity); capacity.max = 5;"), "it changes the observation that it is given."],
  ])("reports a policy that %s as a law broken, with no stack", async (name, source, complaint) => {
    const path = await written(`${name.replaceAll(" ", "-")}.ts`, source);
    const { code, out, err } = await headroom("check-policy", path, "--runs", "30");
    expect({ code, err }).toEqual({ code: 1, err: "" });
    expect(out).toContain(complaint);
    expect(out).not.toMatch(/^\s+at /m);
  });

  it.each<[string, string, string]>([
    ["syntax", "export const x = ;", "line 1, column 18: Unexpected token."],
    ["no-default", "export const x = 1;", "it has no default export; write `export default` before the policy."],
    ["a-function", "export default () => 1;", "its default export is a function; call it, so that the export is the policy that it makes."],
    [
      "a-part",
      `export default { kind: "x" };`,
      "its default export is without initial (a function), decide (a function); export a policy, ",
    ],
    ["throws-at-once", `throw new Error("no key");`, "it throws when it is loaded: no key."],
    ["awaits", "export default await 1;", "it awaits something when it is loaded, and a policy may not be asynchronous."],
    ["missing-import", `import x from "./nowhere.ts"; export default x;`, "line 1, column 15: Could not resolve './nowhere.ts'"],
    ["never-loaded", "for (;;);", "it has not been loaded after 5 s, and seems never to end."],
  ])("answers a file that cannot be used with one sentence and exit code 2: %s", async (name, source, sentence) => {
    const path = await written(`${name}.ts`, source);
    const { code, out, err } = await headroom("check-policy", path);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(`headroom: ${path} cannot be used: ${sentence}`);
    expect(err.trim().split("\n")).toHaveLength(1);
  });

  it.each([
    [["nowhere.ts"], "headroom: nowhere.ts: there is no such file or folder; check the name and the folder you are in.\n"],
    [["test"], "headroom: test: this is a folder; name a file.\n"],
    [
      [GOOD, "--runs", "0"],
      "error: option '--runs <number>' argument '0' is invalid. Give a whole number from 1 to 1000000.\nAsk for help with --help.\n",
    ],
    [
      [GOOD, "--out", "nowhere/x.json"],
      "headroom: nowhere/x.json: there is no such file or folder; check the name and the folder you are in.\n",
    ],
  ])("answers %j with exit code 2", async (arguments_, err) => {
    expect(await headroom("check-policy", ...arguments_)).toEqual({ code: 2, out: "", err });
  });
});

describe.concurrent("headroom simulate --policy", () => {
  it("lets a user's policy decide, on both calendars alike", async () => {
    const hour = await written(
      "hour.json",
      JSON.stringify({ version: 1, name: "An hour", run: { durationSec: 3600 }, fleet: { min: 1, max: 9 } }),
    );
    const { code, out, err } = await headroom("simulate", hour, "--policy", GOOD, "--check");
    expect(code).toBe(0);
    expect(err).toContain(`${GOOD} decides in place of the scenario's policy.\nCheck passed: `);
    expect(out).toMatch(/messages want \d+ to \d+ instances; \d+ are asked for\./);
  });

  it("ends with a sentence at a decision that no fleet can carry out", async () => {
    const low = await written(
      "low.json",
      JSON.stringify({ version: 1, name: "Low", fleet: { min: 0, max: 1 }, traffic: { kind: "poisson", ratePerSec: 50 } }),
    );
    const { code, out, err } = await headroom("simulate", low, "--policy", `${POLICIES}/exceeds-max.ts`);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(
      /\nheadroom: \S+exceeds-max\.ts cannot go on \d+ s into the run: it asks for \d+, above the maximum of 1\. Look closer with: /,
    );
  });
});
