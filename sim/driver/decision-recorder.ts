import type { DecisionRecord } from "../measure/result.ts";
import type { FleetModel } from "../model/fleet.ts";

/** Keeps what was decided, with what came of it at once: launches, ends and refusals. */
export class DecisionRecorder {
  /** Those that changed something, or whose reason, limit or answer differs from the one before. */
  readonly records: DecisionRecord[] = [];

  private readonly fleet: Pick<FleetModel, "records" | "refusals" | "ended">;
  private last: DecisionRecord | undefined;

  constructor(fleet: Pick<FleetModel, "records" | "refusals" | "ended">) {
    this.fleet = fleet;
  }

  /** @param carryOut Does what was decided, and says what that was. */
  add(carryOut: () => DecisionRecord): void {
    const { fleet, last } = this;
    const [records, refusals, ends] = [fleet.records.length, fleet.refusals.length, fleet.ended.length];
    const decision = carryOut();
    const launched = fleet.records.slice(records).map(({ number }) => number);
    const ended = fleet.ended.slice(ends);
    const refused = Array.from({ length: fleet.refusals.length - refusals }, (_, index) => refusals + index);
    const record: DecisionRecord = {
      ...decision,
      ...(launched.length > 0 && { launched }),
      ...(ended.length > 0 && { ended }),
      ...(refused.length > 0 && { refusals: refused }),
    };
    const tellsNews =
      last === undefined ||
      record.resize !== undefined ||
      record.desired !== record.before ||
      record.reason.code === "operator" ||
      record.reason.code !== last.reason.code ||
      record.limitedBy !== last.limitedBy;
    if (tellsNews) this.records.push(record);
    this.last = record;
  }
}
