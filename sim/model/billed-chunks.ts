import { sizeKibOf, type MessageStore } from "./message-store.ts";

/** Requests that a payload is billed as: each 64 KiB or part of it is one (SQS pricing). */
export function chunksOf(kib: number): number {
  return kib <= CHUNK_KIB ? 1 : Math.ceil(kib / CHUNK_KIB);
}

/** The same of the first `count` messages of a batch. */
export function chunksOfBatch({ traits }: MessageStore, batch: Int32Array, count: number): number {
  let kib = 0;
  for (let index = 0; index < count; index += 1) kib += sizeKibOf(traits[batch[index] as number] as number);
  return chunksOf(kib);
}

export const CHUNK_KIB = 64;
