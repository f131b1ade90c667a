import { describe, expect, it } from "vitest";
import type { AlarmTransition } from "../../../sim/measure/result.ts";
import { formatFault } from "../../../sim/scenario/faults.ts";
import { readScenario } from "../../../sim/scenario/read.ts";
import type { Scenario, ScenarioInput } from "../../../sim/scenario/schema.ts";
import { simulate } from "../../../sim/simulate.ts";

type AlarmInput = NonNullable<ScenarioInput["alarms"]>[number];

/** An hour in which a message a second comes from minute 10 to minute 20, and nobody works. */
function scenario(alarms: readonly AlarmInput[], more: Partial<ScenarioInput> = {}): Scenario {
  const read = readScenario({
    version: 1,
    name: "Alarms",
    run: { durationSec: 3600 },
    traffic: { kind: "timestamps", atSec: Array.from({ length: 600 }, (_, second) => 600.5 + second) },
    metrics: { irregularProbability: 0, lagSec: 45, evaluationSecond: 47 },
    fleet: { min: 0, max: 0 },
    ...more,
    alarms: [...alarms],
  });
  if (!read.ok) throw new Error(read.faults.map(formatFault).join("\n"));
  return read.scenario;
}

function timeline(transitions: readonly AlarmTransition[]): string[] {
  return transitions.map(({ at, alarm, to }) => `${at / 1000} ${alarm} ${to}`);
}

const ABOVE: AlarmInput = { name: "backlog", metric: "visible", comparison: "above", threshold: 300, notifies: "operators" };

describe("an operators' alarm", () => {
  it("goes off when the datapoint is published, not when the backlog stands there", () => {
    const { alarms, columns } = simulate(scenario([ABOVE]), 1);
    const row = columns.backlog.findIndex((backlog) => backlog > 300);
    const minuteEnd = columns.timeMs[row]! / 1000;
    expect(timeline(alarms)).toEqual(["107 backlog ok", `${minuteEnd + 47} backlog alarm`]);
    expect(alarms.at(-1)?.datapoints).toEqual([{ at: (minuteEnd - 60) * 1000, value: columns.backlog[row] }]);
  });

  it("needs M of N: three of three come two minutes later than one of one", () => {
    const slow = { ...ABOVE, datapointsToAlarm: 3, evaluationPeriods: 3 };
    const [one, three] = [[ABOVE], [slow]].map((alarms) => simulate(scenario(alarms), 1).alarms.at(-1)?.at);
    expect(three).toBe(one! + 120_000);
  });

  it("looks at a period of five minutes as what its datapoints come to, sliding by a minute", () => {
    const long = (statistic: "maximum" | "minimum" | "average") => ({ ...ABOVE, name: statistic, periodSec: 300 as const, statistic });
    const { alarms } = simulate(scenario([long("maximum"), long("average"), long("minimum")]), 1);
    const wentOff = alarms.filter(({ to }) => to === "alarm");
    expect(wentOff.map(({ alarm }) => alarm)).toEqual(["maximum", "average", "minimum"]);
    // The minimum of five minutes is above what the maximum is above four minutes earlier.
    expect(wentOff[2]!.at - wentOff[0]!.at).toBe(240_000);
    expect((wentOff[1]!.at - 47_000) % 60_000).toBe(0);
  });

  it("tells its topic once when it goes off; without a topic or with its actions disabled, nobody", () => {
    const { alarms, summary } = simulate(
      scenario([ABOVE, { ...ABOVE, name: "silent", notifies: "" }, { ...ABOVE, name: "disabled", actionsEnabled: false }]),
      1,
    );
    const told = alarms.filter(({ to }) => to === "alarm").map(({ alarm, told }) => [alarm, told]);
    expect(told).toEqual([
      ["backlog", "operators"],
      ["silent", undefined],
      ["disabled", undefined],
    ]);
    expect(alarms.filter(({ to }) => to !== "alarm").every(({ told }) => told === undefined)).toBe(true);
    expect(summary.alarms?.map(({ name, isSilent }) => [name, isSilent])).toEqual([
      ["backlog", false],
      ["silent", true],
      ["disabled", true],
    ]);
  });

  it("sums up how often it went off and for how long", () => {
    const { summary, alarms } = simulate(scenario([ABOVE]), 1);
    const at = alarms.at(-1)!.at;
    expect(summary.alarms).toEqual([{ name: "backlog", state: "alarm", wentOff: 1, inAlarmMs: 3_600_000 - at, isSilent: false }]);
  });

  it("takes a queue that sleeps as it takes missing data", () => {
    const asleep = (missingData: AlarmInput["missingData"]) => {
      const { alarms } = simulate(
        scenario([{ ...ABOVE, comparison: "at-or-above", threshold: 0, ...(missingData === undefined ? {} : { missingData }) }], {
          traffic: { kind: "poisson", ratePerSec: 0 },
          metrics: { irregularProbability: 0, sleepAfterSec: 600 },
        }),
        1,
      );
      return alarms.map(({ to }) => to);
    };
    expect(asleep("missing")).toEqual(["alarm", "insufficient-data"]);
    expect(asleep("not-breaching")).toEqual(["ok", "alarm", "ok"]);
    expect(asleep("ignore")).toEqual(["alarm"]);
    expect(asleep("breaching")).toEqual(["alarm"]);
  });

  it("of ten seconds follows a metrics process of one's own every ten seconds", () => {
    const quick = { metrics: { periodSec: 10 as const, lagSec: 1, irregularProbability: 0 } };
    const { alarms, columns } = simulate(
      scenario([{ ...ABOVE, periodSec: 10 }], { ...quick, run: { durationSec: 3600, sampleEverySec: 10 } }),
      1,
    );
    const row = columns.backlog.findIndex((backlog) => backlog > 300);
    expect(alarms.at(-1)?.at).toBe(columns.timeMs[row]! + 7000);
  });

  it("counts dead letters, and has no data where there is no dead-letter queue", () => {
    const poisoned: Partial<ScenarioInput> = {
      traffic: { kind: "poisson", ratePerSec: 0.05 },
      work: { serviceTime: { kind: "constant", sec: 0.1 }, poisonProbability: 1 },
      worker: { retryDelaySec: 0 },
      fleet: { min: 1, max: 1 },
    };
    const dead: AlarmInput = { name: "dead", metric: "deadLetters", comparison: "above", threshold: 10 };
    const { alarms, summary } = simulate(scenario([dead], poisoned), 1);
    expect(summary.messages.dead).toBeGreaterThan(10);
    expect(alarms.map(({ to }) => to)).toEqual(["ok", "alarm"]);
    const none = simulate(scenario([dead], { ...poisoned, queue: { maxReceiveCount: 0 } }), 1);
    expect(none.alarms).toEqual([]);
    expect(none.summary.alarms?.[0]?.state).toBe("insufficient-data");
  });
});

describe("a scenario's alarms", () => {
  it.each<[string, AlarmInput[], string]>([
    ["an expression that cannot be read", [{ ...ABOVE, metric: "visible /" }], "alarms[0].metric"],
    ["more datapoints than periods", [{ ...ABOVE, datapointsToAlarm: 2 }], "alarms[0].datapointsToAlarm"],
    ["a period below that of the metrics", [{ ...ABOVE, periodSec: 10 }], "alarms[0].periodSec"],
    ["a name for two", [ABOVE, ABOVE], "alarms[1].name"],
  ])("are refused with %s", (_what, alarms, path) => {
    const read = readScenario({ version: 1, name: "Alarms", alarms });
    expect(read.ok ? [] : read.faults.map((fault) => fault.path)).toEqual([path]);
  });
});
