/** What a client sends back to be given the next page: where that begins, in a form that nobody is tempted to read. */
export function tokenOf(from: number): string {
  return Buffer.from(`from ${from}`).toString("base64url");
}

/** Where a page begins: 0 without a token, undefined for what is none. */
export function offsetOf(token: string | undefined): number | undefined {
  if (token === undefined || token === "") return 0;
  const [, from] = /^from (\d{1,9})$/.exec(Buffer.from(token, "base64url").toString()) ?? [];
  return from === undefined ? undefined : Number(from);
}
