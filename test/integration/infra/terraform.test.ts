import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "../../infra/hcl/module-files.ts";
import type { Instance } from "../../infra/hcl/plan.ts";
import { Computed, isObject, type Value } from "../../infra/hcl/values.ts";
import { planStack, STACKS } from "../../infra/stacks.ts";
import { TERRAFORM, TerraformCopy } from "../../infra/terraform/terraform.ts";

const SKIPPED = "terraform is not on PATH: fmt, validate and test were not run";
if (TERRAFORM === undefined) console.warn(`${SKIPPED}; what else is asked of infra was.`);

/** Loading a provider and five modules takes Terraform seconds, and more beside other tests. */
const TIMEOUT_MS = 180_000;

describe("the form of infra's files", () => {
  const files = readdirSync(join(ROOT, "infra"), { recursive: true, encoding: "utf8" }).filter(
    (file) => /\.(tf|hcl)$/.test(file) && !file.includes(".terraform"),
  );

  it("has no tabs, no blanks at the ends of lines, and a line break at the end", () => {
    const wrong = files.filter(
      (file) =>
        /\t|[ \t]$|\r/m.test(readFileSync(join(ROOT, "infra", file), "utf8")) ||
        !/[^\n]\n$/.test(readFileSync(join(ROOT, "infra", file), "utf8")),
    );
    expect(files.length).toBeGreaterThan(60);
    expect(wrong).toEqual([]);
  });
});

describe.skipIf(TERRAFORM === undefined)(TERRAFORM === undefined ? SKIPPED : `Terraform ${TERRAFORM}`, () => {
  let copy: TerraformCopy;
  beforeAll(async () => {
    copy = await TerraformCopy.make();
    for (const stack of STACKS) await copy.run(`infra/stacks/${stack}`, "get");
  }, TIMEOUT_MS);
  afterAll(() => copy.remove());

  it("finds every file in its own format", { timeout: TIMEOUT_MS }, async () => {
    expect(await copy.run("infra", "fmt", "-check", "-recursive", "-diff")).toMatchObject({ code: 0 });
  });

  it.each(STACKS)("finds infra/stacks/%s valid", { timeout: TIMEOUT_MS }, async (stack) => {
    const { code, printed } = await copy.run(`infra/stacks/${stack}`, "validate", "-no-color");
    expect(printed).toContain("The configuration is valid");
    expect(code).toBe(0);
  });

  it("passes the tests of infra/modules/settings", { timeout: TIMEOUT_MS }, async () => {
    const { code, printed } = await copy.run("infra/modules/settings", "test", "-no-color");
    expect(printed).toMatch(/Success! \d+ passed, 0 failed/);
    expect(code).toBe(0);
  });

  it.each(STACKS)(
    "passes the tests of infra/stacks/%s, and plans what these tests planned without it",
    { timeout: TIMEOUT_MS },
    async (stack) => {
      const { code, printed } = await copy.run(`infra/stacks/${stack}`, "test", "-json", "-verbose");
      const lines = printed.split("\n").flatMap((line): TestLine[] => (line.startsWith("{") ? [JSON.parse(line) as TestLine] : []));
      expect(lines.filter(({ "@level": level }) => level === "error").map((line) => line["@message"])).toEqual([]);
      expect(code).toBe(0);
      const theirs = lines.find(({ test_plan }) => test_plan !== undefined)?.test_plan?.resource_changes ?? [];
      const ours = (await planStack(stack)).instances.filter(({ mode }) => mode === "managed");
      expect(ours.map(({ address }) => address).sort()).toEqual(theirs.map(({ address }) => address).sort());
      const byAddress = new Map(ours.map((instance) => [instance.address, instance]));
      const different = theirs.flatMap(({ address, change }) => differences(byAddress.get(address)!, change.after));
      expect(different).toEqual([]);
    },
  );
});

interface TestLine {
  readonly "@level": string;
  readonly "@message": string;
  readonly test_plan?: {
    readonly resource_changes?: readonly {
      readonly address: string;
      readonly change: { readonly after: Readonly<Record<string, unknown>> };
    }[];
  };
}

/** Where Terraform knows another value than we do. What it knows only when it is made, it leaves out. */
function differences({ address, values }: Instance, after: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const theirs = after[name];
    if (theirs === undefined || theirs === null || refersToOthers(value)) return [];
    const [a, b] = [normal(value), normal(theirs as Value)];
    return a === b ? [] : [`${address}.${name}: ${a}, and Terraform has ${b}`];
  });
}

function refersToOthers(value: Value): boolean {
  return value instanceof Computed || JSON.stringify(plainOf(value)).includes("«");
}

/** One form for both: sets in order, numbers that stand for texts as texts, what is null left out. */
function normal(value: Value): string {
  const tidy = (one: unknown): unknown => {
    if (Array.isArray(one)) return one.map((item: unknown) => JSON.stringify(tidy(item))).sort();
    if (typeof one === "object" && one !== null) {
      const members = Object.entries(one).filter(
        ([, member]) => member !== null && member !== undefined && !(Array.isArray(member) && member.length === 0),
      );
      return Object.fromEntries(members.map(([name, member]) => [name, tidy(member)] as const).sort(([a], [b]) => (a < b ? -1 : 1)));
    }
    return typeof one === "string" ? one : String(one);
  };
  return JSON.stringify(tidy(plainOf(value)));
}

function plainOf(value: Value): unknown {
  if (value instanceof Set) return [...(value as ReadonlySet<Value>)].map(plainOf);
  if (Array.isArray(value)) return (value as readonly Value[]).map(plainOf);
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plainOf(member)]));
  return value instanceof Computed ? value.toString() : value;
}
