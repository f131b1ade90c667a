import { z } from "zod";
import type { WorkerDirectory, WorkerPage } from "./worker-directory.ts";

/** What the workers say of themselves, all together. */
export interface WorkerFigures {
  /** Workers that answered and have not been told to drain. */
  readonly working: number;
  /** Share of their slots that are busy, 0 to 1; undefined without any. */
  readonly busyShare: number | undefined;
  /** Mean time of a job over about the last three hundred, milliseconds; undefined until one has ended. */
  readonly serviceTimeMs: number | undefined;
  /** When each worker began, milliseconds since 1970, by instance as far as those are known. */
  readonly beganAt: ReadonlyMap<string, number>;
}

/**
 * Asks the workers' pages. A worker that does not answer is not there: it boots, or it has gone. When none answers
 * although there should be some, nothing is known; that is more likely the network than the whole fleet.
 */
export class WorkerWatch {
  private readonly directory: WorkerDirectory;
  private readonly fetchStats: (url: string) => Promise<unknown>;
  /** What was counted of each worker at the look before. */
  private counted = new Map<string, { readonly jobs: number; readonly jobTimeMs: number }>();
  private jobsSeen = 0;
  private jobTimeSeenMs = 0;

  constructor(directory: WorkerDirectory, fetchStats: (url: string) => Promise<unknown> = fetched) {
    this.directory = directory;
    this.fetchStats = fetchStats;
  }

  /** @throws When no worker can be found or reached although instances are in service. */
  async look(instanceIds: readonly string[], nowEpochMs: number): Promise<WorkerFigures> {
    const pages = await this.directory(instanceIds);
    const answers = await Promise.allSettled(pages.map(async (page) => ({ page, stats: STATS.parse(await this.fetchStats(page.url)) })));
    const found = answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
    const failed = answers.find((answer) => answer.status === "rejected");
    if (found.length === 0 && failed !== undefined) throw failed.reason;
    this.count(found);
    const working = found.filter(({ stats }) => stats.phase === "working");
    const slots = sum(working.map(({ stats }) => stats.slots));
    return {
      working: working.length,
      busyShare: slots === 0 ? undefined : sum(working.map(({ stats }) => Math.min(stats.busySlots, stats.slots))) / slots,
      serviceTimeMs: this.jobsSeen === 0 ? undefined : this.jobTimeSeenMs / this.jobsSeen,
      beganAt: new Map(
        found.flatMap(({ page, stats }) =>
          page.instanceId === undefined ? [] : [[page.instanceId, nowEpochMs - stats.uptimeSec * 1000] as const],
        ),
      ),
    };
  }

  /** Takes up what the workers have done since the last look. A worker that began anew counts from 0 again. */
  private count(found: readonly { readonly page: WorkerPage; readonly stats: Stats }[]): void {
    const before = this.counted;
    this.counted = new Map();
    let newJobs = 0;
    let newJobTimeMs = 0;
    for (const { page, stats } of found) {
      const now = { jobs: sum(Object.values(stats.jobs)), jobTimeMs: stats.jobTimeMs };
      const then = before.get(page.url);
      const isSame = then !== undefined && now.jobs >= then.jobs && now.jobTimeMs >= then.jobTimeMs;
      newJobs += now.jobs - (isSame ? then.jobs : 0);
      newJobTimeMs += now.jobTimeMs - (isSame ? then.jobTimeMs : 0);
      this.counted.set(page.url, now);
    }
    const keep = Math.max(0, 1 - newJobs / REMEMBERED_JOBS);
    this.jobsSeen = this.jobsSeen * keep + newJobs;
    this.jobTimeSeenMs = this.jobTimeSeenMs * keep + newJobTimeMs;
  }
}

/** What is needed of a worker's `/stats` (runtime/worker/http.ts). */
const STATS = z.object({
  phase: z.string(),
  slots: z.number().min(0),
  busySlots: z.number().min(0),
  uptimeSec: z.number().min(0),
  jobs: z.record(z.string(), z.number()),
  jobTimeMs: z.number().min(0),
});

type Stats = z.output<typeof STATS>;

async function fetched(url: string): Promise<unknown> {
  const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.json();
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

const ANSWER_MS = 3000;
/** As in the simulator's telemetry, so that a quiet minute with three jobs does not mislead. */
const REMEMBERED_JOBS = 300;
