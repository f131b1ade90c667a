/**
 * Deduplication ids of a FIFO queue: each is remembered for 5 minutes from its first send, whatever becomes of the message
 * (API reference, SendMessage). With a scope of "group", the same id in another group is another message.
 */
export class DedupWindow {
  /** May change: what was remembered under the other scope is then found by nobody. */
  scope: "queue" | "group";
  /** From id to the first send, oldest first. */
  private readonly sends = new Map<string, { readonly at: number; readonly tag: number }>();

  constructor(scope: "queue" | "group") {
    this.scope = scope;
  }

  /** The tag of the send that this one repeats; undefined, and remembered with its tag, when it is the first. */
  repeats(id: string, group: number, tag: number, now: number): number | undefined {
    for (const [oldest, send] of this.sends) {
      if (now - send.at < DEDUP_WINDOW_MS) break;
      this.sends.delete(oldest);
    }
    const key = this.scope === "group" ? `${group} ${id}` : id;
    const earlier = this.sends.get(key);
    if (earlier === undefined) this.sends.set(key, { at: now, tag });
    return earlier?.tag;
  }
}

export const DEDUP_WINDOW_MS = 300_000;
