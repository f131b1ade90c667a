import { beforeAll, describe, expect, it } from "vitest";
import { fieldAt, type Field } from "../../sim/scenario/fields.ts";
import { foldersOf, InfraFiles, type ModuleFiles } from "./hcl/module-files.ts";
import { planOf, type Plan } from "./hcl/plan.ts";
import { isObject, type Value } from "./hcl/values.ts";
import { planStack, SCHEMA, STACKS, variablesOf } from "./stacks.ts";

type Sections = Readonly<Record<"queue" | "worker" | "fleet" | "metrics", Readonly<Record<string, Value>>>>;

const NONE: Sections = { queue: {}, worker: {}, fleet: {}, metrics: {} };
const TRACKING = [{ kind: "ec2-target-tracking", target: 100, metric: "visible / inService", metric_names: ["visible", "inService"] }];

function settingsWith(sections: Partial<Sections>, policies: Value = TRACKING, given: Partial<Sections> = sections): Promise<Plan> {
  const all = { ...NONE, ...sections };
  const variables = { ...all, policies, given: { ...NONE, ...given } };
  return planOf({ files: new InfraFiles(), folder: "infra/modules/settings", variables, schema: SCHEMA });
}

/** Fields of the settings, where they stand in a scenario. Those that stand elsewhere are named; the others by their names. */
const ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
  "worker.receive_visibility_timeout_sec": ["queue", "receiveVisibilityTimeoutSec"],
  "fleet.health_grace_sec": ["fleet", "health", "graceSec"],
};
/** What a scenario says in another way: a number of calls, a share. */
const ONLY_HERE = ["queue.high_throughput"];

function scenarioField(path: readonly string[]): Field | undefined {
  const [section = "", ...rest] = path;
  const names = ELSEWHERE[path.join(".")] ?? [
    section,
    ...rest.map((name) => name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())),
  ];
  const presence = {
    queue: {},
    worker: { heartbeat: {}, circuitBreaker: {} },
    fleet: { launchHook: {}, terminateHook: {}, maintenance: {}, warmPool: {}, spot: {} },
  };
  return fieldAt(names, presence);
}

/** The leaves of an object, each with its path; what is null by default is entered as if it were there. */
function leaves(value: Value, path: readonly string[]): { readonly path: readonly string[]; readonly value: Value }[] {
  if (!isObject(value)) return [{ path, value }];
  return Object.entries(value).flatMap(([name, member]) => leaves(member, [...path, name]));
}

describe("infra/modules/settings", () => {
  it("has the scenario's defaults", async () => {
    const { outputs, problems } = await settingsWith({});
    expect(problems).toEqual([]);
    const found = [
      ...leaves(outputs["queue"]!, ["queue"]),
      ...leaves(outputs["fleet"]!, ["fleet"]),
      ...leaves(outputs["metrics"]!, ["metrics"]),
    ];
    const compared = found.filter(({ path }) => !ONLY_HERE.includes(path.join(".")));
    const different = compared.filter(({ path, value }) => (scenarioField(path)?.default ?? null) !== value);
    expect(compared.length).toBeGreaterThan(20);
    expect(different).toEqual([]);
  });

  it("has the defaults of what is not always there", async () => {
    const { outputs, problems } = await settingsWith({
      worker: { heartbeat: { every_sec: 20 }, circuit_breaker: {} },
      fleet: { launch_hook: {}, terminate_hook: {}, maintenance: {}, warm_pool: {} },
    });
    expect(problems).toEqual([]);
    const parts = ["launch_hook", "terminate_hook", "maintenance", "warm_pool"].flatMap((name) =>
      leaves((outputs["fleet"] as Record<string, Value>)[name]!, ["fleet", name]),
    );
    expect(parts.filter(({ path, value }) => (scenarioField(path)?.default ?? null) !== value)).toEqual([]);
    expect(outputs["worker_environment"]).toMatchObject({
      HEARTBEAT_EXTEND_TO_SEC: "60",
      HEARTBEAT_MAX_SEC: "3600",
      CIRCUIT_BREAKER_FAILURES: "5",
    });
  });

  /** Numbers whose range the settings check as the scenario does. */
  const RANGES = [
    "queue.visibility_timeout_sec",
    "queue.max_receive_count",
    "queue.retention_sec",
    "queue.dead_letter_retention_sec",
    "queue.delay_sec",
    "worker.slots",
    "worker.max_messages_per_receive",
    "worker.concurrent_receives",
    "worker.wait_time_sec",
    "worker.delete_linger_sec",
    "worker.retry_delay_sec",
    "worker.receive_back_off_first_sec",
    "worker.receive_back_off_max_sec",
    "worker.drain_limit_sec",
    "fleet.zones",
    "fleet.health_grace_sec",
    "fleet.launch_hook.heartbeat_timeout_sec",
    "fleet.terminate_hook.heartbeat_timeout_sec",
    "fleet.maintenance.min_healthy_percent",
    "fleet.maintenance.max_healthy_percent",
    "fleet.task.stop_timeout_sec",
    "fleet.task.storage_gb",
    "fleet.task.memory_gb",
  ];
  /** With what else a value at the end of a range is allowed. */
  const COMPANY: Readonly<Record<string, Partial<Sections>>> = {
    "queue.retention_sec": { queue: { max_receive_count: 0 } },
    "queue.dead_letter_retention_sec": { queue: { max_receive_count: 0 } },
    "worker.receive_back_off_first_sec": { worker: { receive_back_off_max_sec: 900 } },
    "worker.receive_back_off_max_sec": { worker: { receive_back_off_first_sec: 0.01 } },
    "fleet.maintenance.min_healthy_percent": { fleet: { maintenance: { max_healthy_percent: 100 } } },
    "fleet.maintenance.max_healthy_percent": { fleet: { maintenance: { min_healthy_percent: 100 } } },
  };

  function sectionsWith(path: string, value: number): Partial<Sections> {
    const [section = "", ...rest] = path.split(".");
    const merged = structuredClone((COMPANY[path] ?? {}) as Record<string, Record<string, unknown>>);
    let here = (merged[section] ??= {});
    for (const name of rest.slice(0, -1)) here = (here[name] ??= {}) as Record<string, unknown>;
    here[rest.at(-1) ?? ""] = value;
    return merged;
  }

  it.each(RANGES)("takes %s from end to end of the scenario's range, and nothing beyond", async (path) => {
    const { min = 0, max = 0, type } = scenarioField(path.split("."))!;
    const step = type === "integer" ? 1 : 0.001;
    expect((await settingsWith(sectionsWith(path, min))).problems).toEqual([]);
    expect((await settingsWith(sectionsWith(path, max))).problems).toEqual([]);
    expect((await settingsWith(sectionsWith(path, min - step))).problems).not.toEqual([]);
    expect((await settingsWith(sectionsWith(path, max + step))).problems).not.toEqual([]);
  });

  it.each([
    [{ queue: { type: "priority" } }, /queue\.type is priority; give "standard" or "fifo"/],
    [{ queue: { high_throughput: true } }, /high_throughput is for FIFO queues/],
    [{ queue: { retention_sec: 1_209_600 } }, /has to be longer than queue\.retention_sec, 1209600 s/],
    [{ worker: { heartbeat: { every_sec: 30 } } }, /below the visibility timeout/],
    [{ fleet: { min: 5, max: 4 } }, /fleet\.min is 5 and fleet\.max 4/],
    [{ fleet: { warm_pool: {}, launch_hook: {}, spot: {} } }, /cannot have Spot instances/],
    [{ fleet: { warm_pool: {} } }, /A warm pool needs a launch hook/],
    [{ fleet: { spot: { share: 0.333 } } }, /whole percents/],
    [{ fleet: { platform: "fargate", protection: "all" } }, /fleet\.protection is all/],
    [{ metrics: { period_sec: 20 } }, /metrics\.period_sec is 20/],
  ] as const)("says what is wrong with %j", async (sections, words) => {
    expect((await settingsWith(sections)).problems.join("\n")).toMatch(words);
  });

  it("refuses settings that it does not know, by their names", async () => {
    const { problems } = await settingsWith({}, TRACKING, { queue: { visibilty_timeout_sec: 60 }, fleet: { maximum: 3 } });
    expect(problems.join("\n")).toContain("There is no such setting: fleet.maximum, queue.visibilty_timeout_sec.");
  });

  it("refuses policies of the other platform, and a scaler beside AWS's policies", async () => {
    expect((await settingsWith({ fleet: { platform: "fargate" } })).problems.join("\n")).toContain(
      "A policy does not exist on fargate: ec2-target-tracking.",
    );
    expect((await settingsWith({}, [...TRACKING, { kind: "headroom" }])).problems.join("\n")).toContain("The scaler decides alone");
  });

  it("waits with the hook that it adds a little longer than the worker drains", async () => {
    const { outputs } = await settingsWith({ worker: { drain_limit_sec: 200 } });
    expect([outputs["drain_limit_sec"], outputs["terminate_hook_timeout_sec"]]).toEqual([200, 230]);
    const { outputs: shortest } = await settingsWith({ worker: { drain_limit_sec: 0 } });
    expect(shortest["terminate_hook_timeout_sec"]).toBe(30);
  });
});

describe("variables", () => {
  const files = new InfraFiles();
  let modules: readonly ModuleFiles[];
  beforeAll(async () => {
    modules = await Promise.all([...foldersOf("modules"), ...foldersOf("stacks")].map((folder) => files.module(folder)));
  });

  it("say their unit where they have one", () => {
    const unit = /second|s,|minute|day|GB|MB|%|percent|hour/;
    const mute = modules.flatMap(({ folder, variables }) =>
      Object.entries(variables)
        .filter(([name, { description }]) => /_(sec|days|gb|mb|percent)$/.test(name) && !unit.test(String(description)))
        .map(([name]) => `${folder} ${name}`),
    );
    expect(mute).toEqual([]);
  });

  it("are checked where they are numbers in a range", () => {
    const unchecked = modules.flatMap(({ folder, variables }) =>
      Object.entries(variables)
        .filter(
          ([, { type, description, validation }]) =>
            type === "${number}" && /\d.* to \d/.test(String(description)) && validation === undefined,
        )
        .map(([name]) => `${folder} ${name}`),
    );
    expect(unchecked).toEqual([]);
  });

  it.each(STACKS.flatMap((stack) => ["dev", "staging", "prod"].map((environment) => [stack, environment] as const)))(
    "of infra/stacks/%s for %s make a plan",
    async (stack, environment) => {
      const { parse } = await import("@cdktf/hcl2json");
      const path = `infra/stacks/${stack}/environments/${environment}.tfvars`;
      const own = (await parse(path, files.text(path))) as Record<string, Value>;
      const { problems, instances } = await planStack(stack, { ...own, environment });
      expect(problems).toEqual([]);
      expect(Object.keys(own).filter((name) => name in variablesOf(stack))).toEqual([]);
      const gateways = instances.filter(({ type }) => type === "aws_nat_gateway");
      expect(gateways).toHaveLength(environment === "prod" ? 2 : 1);
      const buckets = instances.filter(({ type }) => type === "aws_s3_bucket");
      expect(buckets.every(({ values }) => values["force_destroy"] === (environment !== "prod"))).toBe(true);
    },
  );
});
