import { AwsError, type AwsRecord } from "../service.ts";
import { sqsError } from "./errors.ts";
import { optionalText, recordsOf } from "./input.ts";

/** The entries of a batch, with ids that fit and differ; throws what AWS answers for the batch as a whole. */
export function readEntries(input: AwsRecord): readonly BatchEntry[] {
  const entries = recordsOf(input, "Entries");
  if (entries.length === 0) throw sqsError("EmptyBatchRequest", "There should be at least one entry in the request.");
  if (entries.length > MAX_ENTRIES) {
    throw sqsError(
      "TooManyEntriesInBatchRequest",
      `Maximum number of entries per request are ${MAX_ENTRIES}. You have sent ${entries.length}.`,
    );
  }
  const ids = new Set<string>();
  return entries.map((fields) => {
    const id = optionalText(fields, "Id") ?? "";
    if (!/^[\w-]{1,80}$/.test(id)) {
      throw sqsError(
        "InvalidBatchEntryId",
        "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
      );
    }
    if (ids.has(id)) throw sqsError("BatchEntryIdsNotDistinct", `Id ${id} repeated.`);
    ids.add(id);
    return { id, fields };
  });
}

/** Does something for each entry. The call succeeds although entries may fail: each has its own answer. */
export function forEachEntry(entries: readonly BatchEntry[], act: (entry: BatchEntry, index: number) => AwsRecord): AwsRecord {
  const Successful: AwsRecord[] = [];
  const Failed: AwsRecord[] = [];
  entries.forEach((entry, index) => {
    try {
      Successful.push({ Id: entry.id, ...act(entry, index) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Failed.push({ Id: entry.id, SenderFault: error.statusCode < 500, Code: error.code, Message: error.message });
    }
  });
  return { Successful, ...(Failed.length > 0 ? { Failed } : {}) };
}

export interface BatchEntry {
  readonly id: string;
  readonly fields: AwsRecord;
}

const MAX_ENTRIES = 10;
