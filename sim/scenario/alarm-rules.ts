import type { Fault } from "./faults.ts";
import { dotted, memberOf, type Path } from "./fields.ts";
import { ruleFaults } from "./policy-rules.ts";
import type { FieldValues } from "./workload-rules.ts";

/** What the schema cannot say of operators' alarms: readable metrics, counts that go together, periods, names of their own. */
export function alarmFaults(fields: FieldValues, document: unknown): Fault[] {
  const alarms = memberOf(document, "alarms");
  if (!Array.isArray(alarms)) return [];
  const names = alarms.map((alarm) => memberOf(alarm, "name"));
  return alarms.flatMap((alarm: unknown, index): Fault[] => {
    const path: Path = ["alarms", index];
    const isRepeated = typeof names[index] === "string" && names.indexOf(names[index]) < index;
    return [
      ...(isRepeated ? [repeatedName(path, names[index])] : []),
      ...ruleFaults(alarm, path),
      ...periodFaults(fields, [...path, "periodSec"]),
    ];
  });
}

function repeatedName(path: Path, name: unknown): Fault {
  const problem = "is the name of an alarm before it too";
  return { code: "contradiction", path: dotted([...path, "name"]), value: name, problem, mend: "give each alarm a name of its own" };
}

function periodFaults(fields: FieldValues, path: Path): Fault[] {
  const [period, published] = [fields.number(path), fields.number(["metrics", "periodSec"])];
  if (period === undefined || published === undefined || period >= published) return [];
  const problem = `${String(period)} s is below metrics.periodSec, ${String(published)} s: most periods would have no datapoint`;
  const mend = `raise it to at least ${String(published)} s, or lower metrics.periodSec`;
  return [{ code: "contradiction", path: dotted(path), value: period, bound: { min: published }, unit: "s", problem, mend }];
}
