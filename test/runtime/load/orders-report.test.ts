import { describe, expect, it } from "vitest";
import { capacities, ordersReportText } from "../../../runtime/local/load/orders-report.ts";
import { ORDERS_ASYNC, ORDERS_SYNC } from "../../../runtime/local/load/profiles.ts";
import type { LoadReport } from "../../../runtime/local/load/report.ts";

function report(takenPerSec: number, medianMs: number, failed: Readonly<Record<string, number>> = {}): LoadReport {
  const times = { mean: medianMs, p50: medianMs, p90: medianMs, p95: medianMs, p99: medianMs, p999: medianMs, max: medianMs };
  const taken = takenPerSec * 60;
  return {
    target: "http://127.0.0.1:8000",
    durationMs: 60_000,
    due: taken,
    sent: taken,
    taken,
    failed,
    gaveUp: 0,
    unanswered: 0,
    duePerSec: takenPerSec,
    takenPerSec,
    latencyMs: times,
    callMs: times,
    behindMs: times,
  };
}

const SYNC = { profile: ORDERS_SYNC, report: report(6, 3000, { "HTTP 503": 4 }) };
const ASYNC = { profile: ORDERS_ASYNC, report: report(60, 30) };

describe("the report on orders", () => {
  it("knows what 1, 20 and 100 payment places of three seconds work off", () => {
    expect(capacities(3).map(({ places, perSec }) => [places, perSec.toFixed(2)])).toEqual([
      [1, "0.33"],
      [20, "6.67"],
      [100, "33.33"],
    ]);
  });

  it("sets customers who wait beside customers who do not", () => {
    const text = ordersReportText([SYNC, ASYNC], 3);
    expect(text).toContain("Taken for later: 10 times as many a second, each answered in 1% of the time.");
    expect(text).toContain("POST /orders/sync: 4 × HTTP 503");
  });

  it("says how many places sixty orders a second need: 180 at three seconds, not sixty", () => {
    expect(ordersReportText([ASYNC], 3)).toContain("180 payment places are needed; with 100 the queue grows by 26.7 /s");
  });

  it("compares nothing when one of them was not run or had no answer", () => {
    expect(ordersReportText([SYNC], 3)).not.toMatch(/Taken for later|are needed/);
    expect(ordersReportText([SYNC, { ...ASYNC, report: report(0, NaN) }], 3)).not.toMatch(/Taken for later|are needed/);
  });
});
