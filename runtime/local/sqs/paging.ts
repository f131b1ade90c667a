import { offsetOf, tokenOf } from "../page-token.ts";
import type { AwsRecord } from "../service.ts";
import { sqsError } from "./errors.ts";
import { optionalText, optionalWhole } from "./input.ts";

const MOST_A_PAGE = 1000;

/** One page of a list. A token is there when the client asked for pages and there are more (API reference, ListQueues). */
export function pageOf<Item>(items: readonly Item[], input: AwsRecord): { page: readonly Item[]; NextToken: { NextToken?: string } } {
  const most = optionalWhole(input, "MaxResults", { min: 1, max: MOST_A_PAGE });
  const from = offsetOf(optionalText(input, "NextToken"));
  if (from === undefined) throw sqsError("InvalidParameterValue", "Invalid or expired next token.");
  const to = from + (most ?? MOST_A_PAGE);
  const hasMore = most !== undefined && to < items.length;
  return { page: items.slice(from, to), NextToken: hasMore ? { NextToken: tokenOf(to) } : {} };
}
