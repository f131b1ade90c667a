import { offsetOf, tokenOf } from "../page-token.ts";
import type { AwsRecord } from "../service.ts";
import { optionalText } from "../sqs/input.ts";
import { invalidParameter } from "./errors.ts";

const MOST_A_PAGE = 100;

/** One page of a list: up to 100, and a token when there are more. */
export function pageOf<Item>(items: readonly Item[], input: AwsRecord): { page: readonly Item[]; NextToken: string | undefined } {
  const from = offsetOf(optionalText(input, "NextToken"));
  if (from === undefined) throw invalidParameter("NextToken");
  const to = from + MOST_A_PAGE;
  return { page: items.slice(from, to), NextToken: to < items.length ? tokenOf(to) : undefined };
}
