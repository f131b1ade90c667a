import type { EndCause, InstanceRecord, InstanceStage, RefusalRecord } from "../measure/result.ts";
import type { Instance, Refusal } from "./instance.ts";

/** What became of every instance, and what was refused: the answer to "why are there so many, and why not more?". */
export class InstanceLog {
  readonly records: InstanceRecord[] = [];
  readonly refusals: RefusalRecord[] = [];
  readonly ended: number[] = [];
  /** Records of instances that are still there. */
  private readonly open = new Map<number, MutableRecord>();

  added(instance: Instance, now: number): void {
    if (this.records.length >= MOST_RECORDS) return;
    const { number, purchase, zone, cause, stage } = instance;
    const record: MutableRecord = { number, purchase, zone, cause, endCause: undefined, killed: false, stages: [{ stage, at: now }] };
    this.records.push(record);
    this.open.set(number, record);
  }

  entered(instance: Instance, stage: InstanceStage, now: number): void {
    this.open.get(instance.number)?.stages.push({ stage, at: now });
  }

  moved(instance: Instance): void {
    const record = this.open.get(instance.number);
    if (record !== undefined) record.zone = instance.zone;
  }

  /** Notes why the instance goes; undefined when it comes back into the warm pool. */
  ends(instance: Instance, cause: EndCause | undefined): void {
    const record = this.open.get(instance.number);
    if (record === undefined) return;
    if (record.endCause === undefined && cause !== undefined) this.ended.push(instance.number);
    record.endCause = cause;
    if (cause === undefined) delete record.endRule;
  }

  /** Notes by which rule it was chosen to go. */
  chosen(instance: Instance, rule: string): void {
    const record = this.open.get(instance.number);
    if (record !== undefined) record.endRule = rule;
  }

  replaces(fresh: Instance, old: number): void {
    const record = this.open.get(fresh.number);
    if (record !== undefined) record.insteadOf = old;
  }

  /** Its worker was still at work when the instance went. */
  killed(instance: Instance): void {
    const record = this.open.get(instance.number);
    if (record !== undefined) record.killed = true;
  }

  closed(instance: Instance): void {
    this.open.delete(instance.number);
  }

  refused({ cause, instance, retryAt }: Refusal, now: number): void {
    if (this.refusals.length < MOST_RECORDS) this.refusals.push({ at: now, cause, instance, retryAt });
  }
}

/** Bounds the memory of long runs; a record takes about half a kilobyte. */
const MOST_RECORDS = 100_000;

interface MutableRecord {
  readonly number: number;
  readonly purchase: InstanceRecord["purchase"];
  zone: number;
  readonly cause: InstanceRecord["cause"];
  endCause: EndCause | undefined;
  insteadOf?: number;
  endRule?: string;
  killed: boolean;
  readonly stages: { readonly stage: InstanceStage; readonly at: number }[];
}
