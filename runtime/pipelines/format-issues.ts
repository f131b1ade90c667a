import type { z } from "zod";

/** All that is wrong with a message, for the log: where and what, and nothing of what it holds. */
export function formatIssues({ issues }: z.core.$ZodError): string {
  return issues.map(({ path, message }) => `${path.length === 0 ? "all of it" : path.map(String).join(".")}: ${message}`).join("; ");
}
