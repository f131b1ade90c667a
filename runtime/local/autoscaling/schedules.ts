import { nextTime, parseCron, zoneNamed, type Cron, type Zone } from "../../../sim/index.ts";
import type { RequestFields } from "../request-fields.ts";
import type { AwsRecord } from "../service.ts";
import { autoScalingError } from "./errors.ts";
import type { LiveGroup } from "./live-group.ts";

/** The scheduled actions of a group: once, or again and again by a cron expression in its time zone. */
export class Schedules {
  private readonly group: LiveGroup;
  private readonly actions = new Map<string, Scheduled>();
  private given = 0;

  constructor(group: LiveGroup) {
    this.group = group;
  }

  /** PutScheduledUpdateGroupAction. */
  put(fields: RequestFields): void {
    const now = this.group.settle() + this.group.originMs;
    const name = fields.text("ScheduledActionName", { longest: 255 });
    const recurrence = readRecurrence(fields, now);
    const startAt = fields.optionalInstant("StartTime") ?? fields.optionalInstant("Time");
    if (recurrence === undefined && startAt === undefined) {
      throw autoScalingError("ValidationError", "Either Recurrence, StartTime or Time has to be given.");
    }
    if (startAt !== undefined && startAt < now)
      throw fields.invalid("StartTime", `is ${new Date(startAt).toISOString()}, which is in the past`);
    const limits = {
      min: fields.optionalWhole("MinSize", { min: 0 }),
      max: fields.optionalWhole("MaxSize", { min: 0 }),
      desired: fields.optionalWhole("DesiredCapacity", { min: 0 }),
    };
    if (limits.min === undefined && limits.max === undefined && limits.desired === undefined) {
      throw autoScalingError("ValidationError", "At least one of MinSize, MaxSize and DesiredCapacity has to be given.");
    }
    this.given += 1;
    const action: Scheduled = { name, key: this.given, recurrence, startAt, endAt: fields.optionalInstant("EndTime"), ...limits };
    this.actions.set(name, action);
    this.scheduleNext(action, now);
  }

  delete(name: string): void {
    if (!this.actions.delete(name)) throw autoScalingError("ValidationError", `Scheduled action ${name} was not found.`);
  }

  describe(names: readonly string[]): readonly AwsRecord[] {
    const { name: groupName, arn } = this.group;
    return [...this.actions.values()]
      .filter(({ name }) => names.length === 0 || names.includes(name))
      .map(({ name, key, recurrence, startAt, endAt, min, max, desired }) => ({
        AutoScalingGroupName: groupName,
        ScheduledActionName: name,
        ScheduledActionARN: `${arn.replace(":autoScalingGroup:", ":scheduledUpdateGroupAction:")}:scheduledActionName/${name}/${key}`,
        Recurrence: recurrence?.cron.text,
        TimeZone: recurrence?.zoneName,
        Time: startAt === undefined ? undefined : new Date(startAt),
        StartTime: startAt === undefined ? undefined : new Date(startAt),
        EndTime: endAt === undefined ? undefined : new Date(endAt),
        MinSize: min,
        MaxSize: max,
        DesiredCapacity: desired,
      }));
  }

  /** An action is due, if it is still the one that was scheduled. */
  due(key: number, now: number): void {
    const action = [...this.actions.values()].find((candidate) => candidate.key === key);
    if (action === undefined) return;
    const { group } = this;
    const { name, min = group.fleet.min, max = Math.max(group.fleet.max, min), desired = group.fleet.desired } = action;
    const cause = `a scheduled action ${name} was carried out`;
    group.setLimits({ min: Math.min(min, max), max }, cause, now);
    group.setDesired(Math.max(group.fleet.min, Math.min(desired, group.fleet.max)), cause, now);
    if (action.recurrence === undefined) this.actions.delete(name);
    else this.scheduleNext(action, now + group.originMs);
  }

  private scheduleNext({ key, recurrence, startAt, endAt = Infinity }: Scheduled, now: number): void {
    const at = recurrence === undefined ? (startAt ?? now) : nextTime(recurrence.cron, recurrence.zone, Math.max(now, startAt ?? now));
    if (at < Infinity && at <= endAt) this.group.scheduleAction(Math.max(at, now) - this.group.originMs, key);
  }
}

interface Scheduled {
  readonly name: string;
  /** Tells it from an earlier action of the same name. */
  readonly key: number;
  readonly recurrence: Recurrence | undefined;
  /** Milliseconds since 1970. */
  readonly startAt: number | undefined;
  readonly endAt: number | undefined;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly desired: number | undefined;
}

interface Recurrence {
  readonly cron: Cron;
  readonly zoneName: string;
  readonly zone: Zone;
}

function readRecurrence(fields: RequestFields, now: number): Recurrence | undefined {
  const text = fields.optionalText("Recurrence");
  if (text === undefined) return undefined;
  const parsed = parseCron(text);
  if (!parsed.ok) throw fields.invalid("Recurrence", parsed.problem);
  const zoneName = fields.optionalText("TimeZone") ?? "Etc/UTC";
  const zone = zoneNamed(zoneName, now, now + REACH_MS);
  if (zone === undefined) throw fields.invalid("TimeZone", `is "${zoneName}", which the embedded AWS does not know`);
  return { cron: parsed.cron, zoneName, zone };
}

/** As far as changes between winter and summer time are looked up. */
const REACH_MS = 3 * 366 * 86_400_000;
