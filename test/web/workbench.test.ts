import { beforeEach, describe, expect, it, vi } from "vitest";
import { gallery, readScenario, scenarioJsonSchema, type Fault, type ReadScenario, type Scenario } from "../../sim/index.ts";
import { formOf } from "../../web/settings/arrangement.ts";
import type { Field } from "../../web/settings/fields.ts";
import { anotherLike, canBeChosen, firstValues } from "../../web/settings/first-values.ts";
import { valuesOfKind, withEdit } from "../../web/state/links.ts";
import { valueAtPath, withValueAt } from "../../web/state/path.ts";
import { LocalStore, type Kept } from "../../web/state/store.ts";
import { Workbench } from "../../web/state/workbench.ts";

const first = gallery[0]!.scenario;

describe("the workbench", () => {
  let asked: { scenario: Scenario; precision: string }[];
  let kept: Kept[];
  let workbench: Workbench;

  beforeEach(() => {
    vi.useFakeTimers();
    asked = [];
    kept = [];
    workbench = new Workbench(
      { base: first, draft: first },
      judge,
      { ask: (scenario, _base, precision) => asked.push({ scenario, precision }) },
      { write: (work) => kept.push(work) },
    );
    return () => vi.useRealTimers();
  });

  it("asks for a preview while the hand moves, and for the exact run when it rests", async () => {
    workbench.edit("worker.slots", 6, { moving: true });
    await vi.advanceTimersByTimeAsync(0);
    expect(asked.map(({ precision }) => precision)).toEqual(["preview"]);
    await vi.advanceTimersByTimeAsync(250);
    expect(asked.map(({ precision }) => precision)).toEqual(["preview", "exact"]);
    expect(asked.at(-1)?.scenario.worker.slots).toBe(6);
    expect(kept.at(-1)?.draft.worker.slots).toBe(6);
  });

  it("shows a faulty value with its fault, and keeps simulating what was there", async () => {
    workbench.edit("fleet.min", 12);
    await vi.advanceTimersByTimeAsync(0);
    expect(workbench.draft.value.fleet.min).toBe(12);
    expect(workbench.scenario.value.fleet.min).toBe(2);
    expect(workbench.faults.value.map((fault) => fault.path)).toEqual(["fleet.max"]);
    expect(asked).toEqual([]);
  });

  it("knows what was changed and goes back to it", async () => {
    workbench.edit("policy.target", 150);
    expect(workbench.isChanged("policy.target")).toBe(true);
    expect(workbench.isChanged("policy")).toBe(true);
    expect(workbench.isChanged("fleet")).toBe(false);
    workbench.reset("policy.target");
    await vi.advanceTimersByTimeAsync(0);
    expect(workbench.changed.value).toBe(false);
  });

  it("takes another scenario as the base, and gives the one before back", async () => {
    workbench.edit("worker.slots", 6);
    workbench.load({ ...first, name: "another" });
    expect(workbench.base.value.name).toBe("another");
    expect(workbench.changed.value).toBe(false);
    workbench.undo();
    await vi.advanceTimersByTimeAsync(0);
    expect(workbench.base.value).toBe(first);
    expect(workbench.draft.value.worker.slots).toBe(6);
  });
});

describe("a value and what moves with it", () => {
  it("keeps the shape of a lognormal time when its median moves", () => {
    const scenario = withEdit(first, "fleet.boot.medianSec", 120);
    expect(scenario.fleet.boot).toEqual({ kind: "lognormal", medianSec: 120, p95Sec: 180 });
    expect(scenario.traffic).toBe(first.traffic);
  });

  it("keeps the middle of a time, and what has the same name, when its kind changes", () => {
    expect(valuesOfKind("constant", ["sec"], { kind: "lognormal", medianSec: 60, p95Sec: 90 }, {})).toEqual({ kind: "constant", sec: 60 });
    expect(valuesOfKind("b", ["target", "step"], { kind: "a", target: 7 }, { target: 100, step: 1 })).toEqual({
      kind: "b",
      target: 7,
      step: 1,
    });
  });
});

describe("every kind that the form offers", () => {
  const { sections } = formOf(scenarioJsonSchema());
  const variants = sections.flatMap(({ variant, fields }) => [variant, ...fields]).filter((field) => field?.type === "variant");
  const kinds = variants.flatMap((field) => field.variants.filter(canBeChosen).map((variant) => ({ path: field.path, variant })));

  it.each(kinds.map(({ path, variant }) => [path, variant.kind, variant] as const))("makes %s a complete %s", (path, kind, variant) => {
    const names = variant.fields.map((field) => field.path.slice(path.length + 1));
    const before = valueAtPath(first, path);
    const value = { ...valuesOfKind(kind, names, before, variant.defaults), ...firstValues(kind, before, first) };
    expect(Object.values(value)).not.toContain(undefined);
    const read = readScenario(withValueAt(first, path, value));
    // Kinds may still contradict other sections (a FIFO queue wants groups): that is for the user to settle.
    if (!read.ok) expect(read.faults.map((fault) => fault.code).filter((code) => code !== "contradiction")).toEqual([]);
    else expect(valueAtPath(read.scenario, path)).toEqual(value);
  });
});

describe("the form", () => {
  const { sections } = formOf(scenarioJsonSchema());

  it("offers every kind of traffic and policy but those that need a file", () => {
    const kept = sections.flatMap(({ variant }) => variant?.variants.filter((kind) => !canBeChosen(kind)) ?? []);
    expect(kept.map(({ kind }) => kind)).toEqual(["counts", "timestamps"]);
  });

  const lists = sections.flatMap(({ variant, fields }) => listsIn(variant === undefined ? fields : []));

  it.each(lists.map((field) => [field.path, field] as const))(
    "can add two to %s without a fault that the list itself has",
    (path, field) => {
      const one = [...((valueAtPath(first, path) ?? []) as unknown[]), field.blank()];
      const two = [...one, anotherLike(one, field.blank)];
      const read = readScenario(withValueAt(first, path, two));
      expect(read.ok ? [] : read.faults.filter(({ code }) => code !== "contradiction").map((fault) => [fault.path, fault.problem])).toEqual(
        [],
      );
    },
  );

  it("adds a thing like the last, under a name of its own and at a later time", () => {
    const blank = () => "blank";
    expect(anotherLike([], blank)).toBe("blank");
    expect(anotherLike([{ name: "slow", share: 1 }], blank)).toEqual({ name: "slow 2", share: 1 });
    expect(anotherLike([{ name: "slow" }, { name: "slow 2" }], blank)).toEqual({ name: "slow 3" });
    expect(anotherLike([{ atSec: 0 }, { atSec: 600 }], blank)).toEqual({ atSec: 1200 });
    expect(anotherLike([{ atSec: 0 }], blank)).toEqual({ atSec: 3600 });
  });
});

/** Lists of things, however deep in the fields of a section; not those within a thing. */
function listsIn(fields: readonly Field[]): Extract<Field, { type: "records" }>[] {
  return fields.flatMap((field) => {
    if (field.type === "records") return [field];
    return field.type === "group" ? listsIn(field.fields) : [];
  });
}

describe("the work kept in the browser", () => {
  const read = (document: unknown): Promise<ReadScenario> => Promise.resolve(readScenario(document));
  let storage: Map<string, string>;
  let tooLarge: number;
  let store: LocalStore;

  beforeEach(() => {
    storage = new Map();
    tooLarge = 0;
    const keyed = {
      getItem: (key: string) => storage.get(key) ?? null,
      setItem: (key: string, value: string) => void storage.set(key, value),
      removeItem: (key: string) => void storage.delete(key),
    };
    store = new LocalStore(keyed, read, () => (tooLarge += 1));
  });

  it("comes back as it was", async () => {
    const draft = withEdit(first, "worker.slots", 8);
    store.write({ base: first, draft });
    store.flush();
    expect(await store.read()).toEqual({ base: first, draft });
  });

  it.each(["", "{", "null", "7", '{"base":1,"draft":2}', '{"base":{"version":99},"draft":{}}'])(
    "is left alone when it is %j",
    async (text) => {
      for (const key of ["headroom.workbench.1"]) storage.set(key, text);
      expect(await store.read()).toBeUndefined();
    },
  );

  it("is not written when a recording is too large for it, and says so", () => {
    const counts = new Array<number>(300_000).fill(1);
    const traffic: Scenario["traffic"] = {
      kind: "counts",
      name: "large",
      startsAt: "",
      intervalSec: 60,
      counts,
      shiftSec: 0,
      stretch: 1,
      scale: 1,
    };
    store.write({ base: first, draft: { ...first, traffic } });
    store.flush();
    expect(tooLarge).toBe(1);
    expect(storage.size).toBe(0);
  });
});

function judge(scenario: Scenario): Promise<readonly Fault[]> {
  const read = readScenario(scenario);
  return Promise.resolve(read.ok ? [] : read.faults);
}
