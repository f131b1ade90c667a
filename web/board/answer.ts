import { isProblem, type Check, type ToldFault } from "./told.ts";

/**
 * What came of a question to the API.
 *
 * - `told`: it answers what was asked
 * - `refused`: it says what is wrong, with the question or with itself
 * - `silent`: nobody has answered who could; `reason` is a sentence
 */
export type Answer<Told> =
  | { readonly kind: "told"; readonly told: Told }
  | { readonly kind: "refused"; readonly status: number; readonly detail: string; readonly faults: readonly ToldFault[] }
  | { readonly kind: "silent"; readonly reason: string };

export type Refusal = Exclude<Answer<unknown>, { readonly kind: "told" }>;

/** Asks the API, which is beside the page, wherever that is. Never rejects. */
export async function ask<Told>(path: string, check: Check<Told>, request: RequestInit = {}): Promise<Answer<Told>> {
  let status: number;
  let body: unknown;
  try {
    const response = await fetch(`./${path}`, { cache: "no-store", ...request, signal: AbortSignal.timeout(ANSWER_SEC * 1000) });
    status = response.status;
    body = parsed(await response.text());
  } catch (error) {
    const isLate = error instanceof DOMException && error.name === "TimeoutError";
    return { kind: "silent", reason: isLate ? `The API has not answered within ${String(ANSWER_SEC)} s.` : "The API does not answer." };
  }
  const isGood = status >= 200 && status < 300;
  if (isGood && check(body)) return { kind: "told", told: body };
  if (!isGood && isProblem(body)) return { kind: "refused", status, detail: body.detail, faults: body.faults ?? [] };
  return { kind: "silent", reason: strangeText(status) };
}

/** A request that brings JSON. */
export function jsonPost(body: object, headers: Readonly<Record<string, string>> = {}): RequestInit {
  return { method: "POST", headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify(body) };
}

/** Why nothing came of a question, a sentence or two. */
export function refusalText(refusal: Refusal): string {
  return refusal.kind === "silent" ? refusal.reason : `The API answers ${String(refusal.status)}: ${refusal.detail}`;
}

function strangeText(status: number): string {
  return status >= 500
    ? `The API does not answer: what stands before it says ${String(status)}.`
    : `Who answers here is not the jobs API (status ${String(status)}): open this page at the address of the API.`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Longer than the API waits for its database. */
const ANSWER_SEC = 10;
