import type { ObjectStore, PutObjectOptions } from "../../runtime/aws/object-store.ts";

/** A bucket in memory, with S3's rule for writes that must find nothing there. */
export class MemoryObjectStore implements ObjectStore {
  readonly objects = new Map<string, string>();

  put(key: string, body: string, { ifAbsent }: PutObjectOptions): Promise<boolean> {
    if (ifAbsent && this.objects.has(key)) return Promise.resolve(false);
    this.objects.set(key, body);
    return Promise.resolve(true);
  }

  get(key: string): Promise<string | undefined> {
    return Promise.resolve(this.objects.get(key));
  }

  list(prefix: string): Promise<string[]> {
    return Promise.resolve([...this.objects.keys()].filter((key) => key.startsWith(prefix)).sort());
  }

  /** All it holds, parsed. */
  contents(): Record<string, unknown> {
    return Object.fromEntries([...this.objects].map(([key, body]) => [key, JSON.parse(body) as unknown]));
  }
}
