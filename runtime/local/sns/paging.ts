import type { AwsRecord } from "../service.ts";
import { optionalText } from "../sqs/input.ts";
import { invalidParameter } from "./errors.ts";

const MOST_A_PAGE = 100;

/** One page of a list: up to 100, and a token when there are more. */
export function pageOf<Item>(items: readonly Item[], input: AwsRecord): { page: readonly Item[]; NextToken: string | undefined } {
  const token = optionalText(input, "NextToken") ?? "";
  const from = token === "" ? 0 : Number(Buffer.from(token, "base64url").toString());
  if (!Number.isInteger(from) || from < 0) throw invalidParameter("NextToken");
  const to = from + MOST_A_PAGE;
  return { page: items.slice(from, to), NextToken: to < items.length ? Buffer.from(String(to)).toString("base64url") : undefined };
}
