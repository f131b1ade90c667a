import { parser } from "@prometheus-io/lezer-promql";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Registry } from "prom-client";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { QueueFiguresReader } from "../../runtime/ingest/queue-figures.ts";
import { ApiTelemetry } from "../../runtime/ingest/telemetry.ts";
import { createLog } from "../../runtime/log.ts";
import { scalerPages } from "../../runtime/scaler/pages.ts";
import { Telemetry } from "../../runtime/worker/telemetry.ts";

const ROOT = join(import.meta.dirname, "../..");
const FOLDER = join(ROOT, "infra/monitoring");

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook_url: string };
}

interface Panel {
  readonly title: string;
  readonly type: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly description?: string;
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
  readonly targets?: readonly { readonly expr: string }[];
}

const { groups } = parse(readFileSync(join(FOLDER, "alerts.yaml"), "utf8")) as { groups: { rules: Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);
const { panels } = JSON.parse(readFileSync(join(FOLDER, "grafana-dashboard.json"), "utf8")) as { panels: Panel[] };
const graphs = panels.filter(({ type }) => type !== "row");

/** Every series that the programs expose, with its labels: as they tell them, not as a list says. */
async function exposed(): Promise<Map<string, ReadonlySet<string>>> {
  const worker = new Telemetry();
  worker.watch(() => {
    throw new Error("nobody asks for values here");
  });
  const api = new Registry();
  new ApiTelemetry(api);
  const aws = { region: "us-east-1", endpoint: "http://127.0.0.1:9" };
  const reader = new QueueFiguresReader({
    queueUrl: "http://127.0.0.1:9/000000000000/jobs",
    aws,
    registry: api,
    epochMs: () => 0,
    log: createLog("silent", "test"),
  });
  await reader.close();
  const series = new Map<string, ReadonlySet<string>>();
  for (const metric of [...worker.registry.getMetricsAsArray(), ...api.getMetricsAsArray()]) {
    const { name, type, labelNames = [] } = metric as unknown as { name: string; type?: string; labelNames?: string[] };
    for (const suffix of type === undefined || "buckets" in metric ? ["_bucket", "_sum", "_count"] : [""]) {
      series.set(`${name}${suffix}`, new Set([...labelNames, ...(suffix === "_bucket" ? ["le"] : [])]));
    }
    series.set(name, new Set(labelNames));
  }
  const status = { reviews: 0, skipped: 0, faults: 0, changes: 0, failedChanges: 0, skippedInARow: 0 };
  const answer = await scalerPages(() => ({ status, isActing: true })).request("/metrics");
  for (const [, name = ""] of (await answer.text()).matchAll(/^# TYPE (\S+)/gm)) series.set(name, new Set());
  return series;
}

/** Names of series and of labels that a query uses; throws where it is none. Grafana's own variables stand for a duration. */
function namesIn(query: string): { series: string[]; labels: string[] } {
  const text = query.replaceAll("$__rate_interval", "5m");
  const series: string[] = [];
  const labels: string[] = [];
  parser.parse(text).iterate({
    enter: ({ type, from, to, node }) => {
      if (type.isError) throw new Error(`no PromQL at ${from}: ${text}`);
      const { name } = type;
      if (name === "Identifier" && node.parent?.name === "VectorSelector") series.push(text.slice(from, to));
      if (name === "LabelName") labels.push(text.slice(from, to));
    },
  });
  return { series, labels };
}

/** Labels that Prometheus adds itself. */
const ADDED = new Set(["job", "instance", "le"]);

const queries = [
  ...rules.map(({ alert, expr }): [string, string] => [alert, expr]),
  ...graphs.flatMap(({ title, targets = [] }) => targets.map(({ expr }): [string, string] => [title, expr])),
];

describe("alert rules and dashboard", () => {
  it.each(queries)("%s asks for what the programs tell: %s", async (_, query) => {
    const { series, labels } = namesIn(query);
    const known = await exposed();
    expect(series).not.toEqual([]);
    expect(series.filter((name) => !known.has(name))).toEqual([]);
    const allowed = new Set([...ADDED, ...series.flatMap((name) => [...(known.get(name) ?? [])])]);
    expect(labels.filter((label) => !allowed.has(label))).toEqual([]);
  });

  it("finds a series that nobody tells, and a query that is none", async () => {
    expect((await exposed()).has(namesIn("max(headroom_worker_slotz)").series[0] ?? "")).toBe(false);
    expect(() => namesIn("sum(rate(headroom_worker_jobs_total[5m])")).toThrow("no PromQL");
  });

  it("link each alert to a heading of the runbook, and say how urgent it is", () => {
    const headings = new Set([...readFileSync(join(ROOT, "docs/runbook.md"), "utf8").matchAll(/^## (.+)$/gm)].map(([, name]) => name));
    for (const { labels, annotations } of rules) {
      const [page, heading] = annotations.runbook_url.split("#");
      expect([page, headings.has(heading)]).toEqual(["docs/runbook.md", true]);
      expect(["page", "ticket"]).toContain(labels.severity);
    }
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  });

  it("give each panel a unit, a word on what it shows, and a place of its own", () => {
    const taken = new Set<string>();
    for (const { title, description, fieldConfig, gridPos, type } of panels) {
      if (type !== "row") expect([title, fieldConfig?.defaults.unit !== undefined, description !== undefined]).toEqual([title, true, true]);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect(taken.has(`${x},${y}`)).toBe(false);
          taken.add(`${x},${y}`);
        }
      }
    }
  });
});
