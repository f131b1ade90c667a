import type { AwsRecord } from "../service.ts";

export const HISTORY_TYPES = ["ConfigurationUpdate", "StateUpdate", "Action"] as const;

export interface HistoryItem {
  readonly alarmName: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly type: (typeof HISTORY_TYPES)[number];
  readonly summary: string;
  readonly data: AwsRecord;
}

/** What happened to alarms, oldest first; AWS keeps it for two weeks, this the newest of it. */
export class AlarmHistory {
  private readonly items: HistoryItem[] = [];

  add(item: HistoryItem): void {
    this.items.push(item);
    if (this.items.length > MOST_ITEMS + SPARE_ITEMS) this.items.splice(0, this.items.length - MOST_ITEMS);
  }

  find(about: {
    readonly alarmName: string | undefined;
    readonly type: HistoryItem["type"] | undefined;
    readonly fromMs: number;
    readonly toMs: number;
  }): readonly HistoryItem[] {
    const { alarmName, type, fromMs, toMs } = about;
    return this.items.filter(
      (item) =>
        (alarmName === undefined || item.alarmName === alarmName) &&
        (type === undefined || item.type === type) &&
        item.at >= fromMs &&
        item.at <= toMs,
    );
  }
}

const MOST_ITEMS = 10_000;
const SPARE_ITEMS = 1000;
