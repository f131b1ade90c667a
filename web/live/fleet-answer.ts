import type { MeasuredRun } from "../../sim/index.ts";

/** Where the fleet is: beside the page, wherever that is. */
export const FLEET_PATH = "./api/fleet";

/** What whoever serves this page says of a fleet. */
export type FleetAnswer =
  | { readonly reach: "here"; readonly token: string; readonly run: MeasuredRun | undefined }
  | { readonly reach: "none" }
  | { readonly reach: "refused"; readonly reason: string };

/** Asks whether there is a fleet behind this page. */
export async function askForFleet(): Promise<FleetAnswer> {
  let answer: Response;
  try {
    answer = await fetch(FLEET_PATH, { headers: { Accept: "application/json" } });
  } catch {
    return { reach: "none" };
  }
  const { token, run, detail } = await recordOf(answer);
  if (answer.ok && typeof token === "string") return { reach: "here", token, run: (run ?? undefined) as MeasuredRun | undefined };
  return answer.status === 403 && typeof detail === "string" ? { reach: "refused", reason: detail } : { reach: "none" };
}

/** What the server says against a request, a sentence each, with the field in front where there is one; empty for nothing. */
export async function objectionsIn(answer: Response): Promise<readonly string[]> {
  if (answer.ok) return [];
  const { detail, faults } = await recordOf(answer);
  if (Array.isArray(faults)) return (faults as ToldFault[]).map(({ path, must }) => `${path}: ${must}.`);
  return [typeof detail === "string" ? detail : `The server answered ${String(answer.status)}.`];
}

interface ToldFault {
  readonly path: string;
  readonly must: string;
}

/** An answer that is no JSON comes from a server that knows nothing of fleets. */
async function recordOf(answer: Response): Promise<Readonly<Record<string, unknown>>> {
  try {
    return Object((await answer.json()) as unknown) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}
