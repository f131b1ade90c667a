import { batch, signal, type ReadonlySignal } from "@preact/signals";
import { LONGEST_JOB_PAGE, type MovedLimits, type ToldJob, type ToldJobs } from "../../sim/index.ts";
import { ask, jsonPost, refusalText, type Answer } from "./answer.ts";
import { isMovedLimits, isToldJob, isToldJobs } from "./told.ts";

/** What was read of the API, all at one time. */
export interface JobsRead {
  /** The newest first. */
  readonly jobs: readonly ToldJob[];
  readonly hasOlder: boolean;
  readonly counts: ToldJobs["counts"];
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

/** A field that was left empty is left out; what is no number goes as it was typed, for the API to say so. */
export interface JobWish {
  readonly name: string;
  readonly duration_sec: number | string | undefined;
  readonly fails: boolean;
}

export interface LimitsWish {
  readonly min_capacity: number | string | undefined;
  readonly max_capacity: number | string | undefined;
}

/**
 * The jobs of the API that gave out this page, as the page hears of them: read every five seconds while somebody can see them.
 * When the API does not answer, what was read stays, and it is asked again.
 */
export class JobBoard {
  private readonly known = signal<JobsRead | undefined>(undefined);
  private readonly silence = signal<string | undefined>(undefined);
  private readonly opened = signal<ToldJob | undefined>(undefined);

  readonly read: ReadonlySignal<JobsRead | undefined> = this.known;
  /** Why the last reading has failed; undefined when it has not. */
  readonly trouble: ReadonlySignal<string | undefined> = this.silence;
  /** The job whose details are looked at. */
  readonly chosen: ReadonlySignal<ToldJob | undefined> = this.opened;

  private wanted = PAGE;
  private turn: Promise<void> = Promise.resolve();
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** Begins to read. */
  open(): void {
    document.addEventListener("visibilitychange", () => {
      clearTimeout(this.timer);
      if (!document.hidden) void this.readNow();
    });
    void this.readNow();
  }

  /** Reads more of the older jobs, and goes on doing so. */
  async older(): Promise<void> {
    this.wanted = (this.known.peek()?.jobs.length ?? 0) + PAGE;
    await this.readNow();
  }

  choose(job: ToldJob | undefined): void {
    this.opened.value = job;
  }

  async submit(wish: JobWish): Promise<Answer<ToldJob>> {
    const answer = await ask("submit-job", isToldJob, jsonPost(wish));
    if (answer.kind === "told") void this.readNow();
    return answer;
  }

  moveLimits(wish: LimitsWish, token: string): Promise<Answer<MovedLimits>> {
    return ask("update-scaling", isMovedLimits, jsonPost(wish, { Authorization: `Bearer ${token}` }));
  }

  /** Reads as soon as the reading under way has ended, and after that every so often. */
  private async readNow(): Promise<void> {
    clearTimeout(this.timer);
    const turn = this.turn.then(() => this.readOnce());
    this.turn = turn;
    await turn;
    if (turn !== this.turn || document.hidden) return;
    this.timer = setTimeout(() => void this.readNow(), READ_EVERY_SEC * 1000);
  }

  private async readOnce(): Promise<void> {
    const answer = await newest(this.wanted);
    if (answer.kind !== "told") {
      this.silence.value = refusalText(answer);
      return;
    }
    const renewed = await this.renewedChoice(answer.told.jobs);
    batch(() => {
      this.known.value = answer.told;
      this.silence.value = undefined;
      // Somebody may have chosen another meanwhile, or closed it.
      if (renewed !== undefined && renewed.job_id === this.opened.peek()?.job_id) this.opened.value = renewed;
    });
  }

  /** The chosen job as it is now, also when newer ones have pushed it out of the list. */
  private async renewedChoice(jobs: readonly ToldJob[]): Promise<ToldJob | undefined> {
    const id = this.opened.peek()?.job_id;
    if (id === undefined) return undefined;
    const listed = jobs.find(({ job_id: each }) => each === id);
    if (listed !== undefined) return listed;
    const answer = await ask(`jobs/${id}`, isToldJob);
    return answer.kind === "told" ? answer.told : undefined;
  }
}

/** The newest jobs, page by page. */
async function newest(count: number): Promise<Answer<JobsRead>> {
  const jobs: ToldJob[] = [];
  for (let cursor = ""; ;) {
    const limit = Math.min(LONGEST_JOB_PAGE, count - jobs.length);
    const answer = await ask(`jobs?limit=${String(limit)}${cursor}`, isToldJobs);
    if (answer.kind !== "told") return answer;
    const { jobs: page, next_cursor: next, counts } = answer.told;
    jobs.push(...page);
    if (next === undefined || page.length === 0 || jobs.length >= count) {
      return { kind: "told", told: { jobs, hasOlder: next !== undefined, counts, atMs: Date.now() } };
    }
    cursor = `&cursor=${encodeURIComponent(next)}`;
  }
}

/** So many jobs are shown at first, and so many more each time, jobs. */
const PAGE = 20;

export const READ_EVERY_SEC = 5;
