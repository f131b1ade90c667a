import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { printableSettings, readSettings, SettingsProblem, type SettingSources } from "../../runtime/settings.ts";
import { coreSettings, queueSettings, regionOf, WORKER_SETTINGS } from "../../runtime/worker/settings.ts";
import { scenarioSchema } from "../../sim/scenario/schema.ts";

const QUEUE_URL = "https://sqs.eu-central-1.amazonaws.com/123456789012/jobs";
const PLAIN = { QUEUE_URL, HANDLER: "emulate" };

function faultsOf(environment: Record<string, string>, file?: SettingSources["file"]): readonly string[] {
  try {
    readSettings(WORKER_SETTINGS, { environment, file });
  } catch (error) {
    if (error instanceof SettingsProblem) return error.faults;
    throw error;
  }
  return [];
}

describe("settings", () => {
  it("come from the environment before the file, and from the defaults last", () => {
    const file = { path: "settings.json", values: { SLOTS: 8, WAIT_TIME_SEC: 5 } };
    const settings = readSettings(WORKER_SETTINGS, { environment: { ...PLAIN, SLOTS: "16" }, file });
    expect(settings).toMatchObject({ QUEUE_URL, SLOTS: 16, WAIT_TIME_SEC: 5, DELETE_LINGER_MS: 200, LOG_LEVEL: "info" });
  });

  it("are overruled by the command line, and said to be from there", () => {
    const sources = { environment: { ...PLAIN, SLOTS: "16" }, commandLine: { SLOTS: "2", WAIT_TIME_SEC: undefined } };
    expect(readSettings(WORKER_SETTINGS, sources)).toMatchObject({ SLOTS: 2, WAIT_TIME_SEC: 20 });
    expect(() => readSettings(WORKER_SETTINGS, { ...sources, commandLine: { SLOTS: "0" } })).toThrow(/SLOTS is "0" on the command line/);
  });

  it("count an empty text as not set", () => {
    const settings = readSettings(WORKER_SETTINGS, { environment: { ...PLAIN, SLOTS: "", AWS_ENDPOINT_URL: "" } });
    expect(settings).toMatchObject({ SLOTS: 4 });
    expect(settings.AWS_ENDPOINT_URL).toBeUndefined();
  });

  it("take words in any case, as loggers of other languages write them", () => {
    expect(readSettings(WORKER_SETTINGS, { environment: { ...PLAIN, LOG_LEVEL: "DEBUG" } }).LOG_LEVEL).toBe("debug");
  });

  it("tell all faults at once: name, value, place, bound, unit and cure", () => {
    const file = { path: "my.json", values: { WAIT_TIME_SEC: 21, SLOT: 3 } };
    expect(faultsOf({ HANDLER: "emulate", SLOTS: "0", DELETE_LINGER_MS: "soon", LOG_LEVEL: "loud" }, file)).toEqual([
      expect.stringMatching(/^SLOT in my\.json is no setting: remove it, or correct it to one of QUEUE_URL, /),
      "QUEUE_URL is not set: set it to an address that begins with http:// or https://. It is the queue to work on, as SQS names it.",
      'SLOTS is "0" in the environment, and has to be a whole number from 1 to 1000, in jobs: change it, or leave it out for 4. It is how many jobs run at the same time, in all processes together.',
      "WAIT_TIME_SEC is 21 in my.json, and has to be a whole number from 0 to 20, in seconds: change it, or leave it out for 20. It is how long a receive waits for a message.",
      expect.stringMatching(
        /^DELETE_LINGER_MS is "soon" in the environment, and has to be a whole number from 0 to 60000, in milliseconds: /,
      ),
      expect.stringMatching(/^LOG_LEVEL is "loud" in the environment, and has to be one of trace, debug, /),
    ]);
  });

  it("refuse a file that holds no object", () => {
    expect(faultsOf(PLAIN, { path: "my.json", values: [1] })).toEqual([
      "my.json holds a list, and has to hold an object of names and values.",
    ]);
  });

  it.each([
    [{ HEARTBEAT_EVERY_SEC: "60" }, /^HEARTBEAT_EXTEND_TO_SEC is 60 s, and has to be more than HEARTBEAT_EVERY_SEC/],
    [{ VISIBILITY_TIMEOUT_SEC: "10" }, /^HEARTBEAT_EVERY_SEC is 10 s, and has to be less than VISIBILITY_TIMEOUT_SEC/],
    [{ RECEIVE_BACK_OFF_FIRST_SEC: "30" }, /^RECEIVE_BACK_OFF_MAX_SEC is 20 s, and has to be at least/],
    [{ LIFECYCLE_HOOK_NAME: "drain" }, /^AUTO_SCALING_GROUP_NAME is not set, and LIFECYCLE_HOOK_NAME needs it/],
    [{ SLOTS: "2", PROCESSES: "3" }, /^SLOTS is 2, and has to be at least PROCESSES, which is 3: it is divided among the processes/],
    [{ QUEUE_URL: "http://localhost:9324/000000000000/jobs" }, /^AWS_REGION is not set, and QUEUE_URL names no region/],
  ])("have to fit each other: %o", (more, fault) => {
    expect(faultsOf({ ...PLAIN, ...more })).toEqual([expect.stringMatching(fault)]);
  });

  it("are not held against each other while one of them is at fault itself", () => {
    expect(faultsOf({ ...PLAIN, VISIBILITY_TIMEOUT_SEC: "-1" })).toHaveLength(1);
  });

  it("are printed without the password in an address", () => {
    const settings = readSettings(WORKER_SETTINGS, { environment: { ...PLAIN, AWS_ENDPOINT_URL: "http://me:secret@localhost:4566" } });
    expect(JSON.stringify(printableSettings(settings))).not.toContain("secret");
    expect(printableSettings(settings)).toMatchObject({ AWS_ENDPOINT_URL: "http://***@localhost:4566" });
  });
});

describe("the worker's settings", () => {
  it("have the scenario's defaults where the simulator knows them, heartbeats aside", () => {
    const { worker } = scenarioSchema.parse({ version: 1, name: "defaults" });
    const settings = readSettings(WORKER_SETTINGS, { environment: PLAIN });
    const { heartbeat, ...core } = coreSettings(settings);
    expect(core).toEqual({
      slots: worker.slots,
      maxMessagesPerReceive: worker.maxMessagesPerReceive,
      concurrentReceives: worker.concurrentReceives,
      deleteLingerMs: worker.deleteLingerSec * 1000,
      receiveBackOffFirstMs: worker.receiveBackOffFirstSec * 1000,
      receiveBackOffMaxMs: worker.receiveBackOffMaxSec * 1000,
      retryDelayMs: undefined,
      circuitBreaker: undefined,
    });
    expect(settings.DRAIN_LIMIT_SEC).toBe(worker.drainLimitSec);
    expect(queueSettings(settings)).toEqual({ waitTimeSec: worker.waitTimeSec, visibilityTimeoutSec: undefined, hangsUp: false });
    expect(heartbeat).toEqual({ everyMs: 10_000, extendToMs: 60_000, maxMs: 3_600_000 });
  });

  it("turn heartbeats off with 0, and a circuit breaker on with a number of failures", () => {
    const settings = readSettings(WORKER_SETTINGS, { environment: { ...PLAIN, HEARTBEAT_EVERY_SEC: "0", CIRCUIT_BREAKER_FAILURES: "5" } });
    expect(coreSettings(settings)).toMatchObject({ heartbeat: undefined, circuitBreaker: { failures: 5, openMs: 30_000, probes: 1 } });
  });

  it("are in docs/worker.md, each with its default and its range", () => {
    const page = readFileSync(join(import.meta.dirname, "../../docs/worker.md"), "utf8");
    const rows = page.split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
    const told = rows
      .filter(([, name = ""]) => /^`[A-Z_]+`$/.test(name))
      .map(([, name = "", ...cells]) => [name.slice(1, -1), ...cells.slice(0, 3)]);
    const written = Object.entries(WORKER_SETTINGS.shape).map(([name, type]) => {
      const { expected, what, isOptional, ...rest } = z.globalRegistry.get(type) as unknown as Record<string, unknown>;
      return [name, "default" in rest ? String(rest["default"]) : isOptional === true ? "none" : "required", expected, what];
    });
    expect(told).toEqual(written);
  });

  it("take the region from the queue's address unless it is set", () => {
    expect(regionOf({ QUEUE_URL, AWS_REGION: undefined })).toBe("eu-central-1");
    expect(regionOf({ QUEUE_URL, AWS_REGION: "us-west-2" })).toBe("us-west-2");
  });
});
