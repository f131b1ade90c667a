/** Requests that a payload is billed as: each 64 KiB or part of it is one (SQS pricing). */
export function chunksOf(kib: number): number {
  return kib <= CHUNK_KIB ? 1 : Math.ceil(kib / CHUNK_KIB);
}

export const CHUNK_KIB = 64;
