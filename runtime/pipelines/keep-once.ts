import type { ObjectStore } from "../aws/object-store.ts";

/** `written`: it was not there before. `known`: the very same is there already. `taken`: something else is. */
export type Kept = "written" | "known" | "taken";

/**
 * Keeps JSON under a key, once: what a redelivered message writes again is there already, and what is there is never
 * replaced by something else. Of two that write at the same time one is told `taken`, or `known` if they say the same.
 *
 * @throws {AwsFailure} When the store does not answer.
 */
export async function keepOnce(store: Pick<ObjectStore, "put" | "get">, key: string, content: unknown): Promise<Kept> {
  const body = `${JSON.stringify(content)}\n`;
  if (await store.put(key, body, { contentType: "application/json", ifAbsent: true })) return "written";
  return (await store.get(key)) === body ? "known" : "taken";
}
