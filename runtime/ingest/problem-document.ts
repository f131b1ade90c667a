import { z } from "zod";
import { PROBLEM_TITLES, PROBLEM_TYPE, type ProblemStatus, type RequestProblem } from "./problem.ts";

/** The one shape of an error (RFC 9457), as it is sent and as the OpenAPI document tells it. */
const PROBLEM_SCHEMA = z
  .object({
    type: z.literal("about:blank"),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: "What is wrong with this request, for people." }),
    request_id: z.string().meta({ description: "Names the request in the log." }),
    faults: z
      .array(
        z.object({
          in: z.enum(["body", "query", "path", "header"]),
          path: z.string().meta({ description: "A JSON pointer into the body, or the name of a parameter." }),
          value: z.unknown().optional().meta({ description: "As it was given, shortened." }),
          must: z.string().meta({ description: "What it has to be." }),
        }),
      )
      .optional()
      .meta({ description: "All that is wrong with the request." }),
  })
  .meta({ id: "Problem" });

type ProblemDocument = z.output<typeof PROBLEM_SCHEMA>;

export function problemDocument({ status, detail, faults }: RequestProblem, requestId: string): ProblemDocument {
  const told = faults.length === 0 ? {} : { faults: faults.map((fault) => ({ ...fault })) };
  return { type: "about:blank", title: PROBLEM_TITLES[status], status, detail, request_id: requestId, ...told };
}

/** The responses of a route in the OpenAPI document, for what can go wrong with it. */
export function problemResponses(...statuses: ProblemStatus[]) {
  const content = { [PROBLEM_TYPE]: { schema: PROBLEM_SCHEMA } };
  return Object.fromEntries(statuses.map((status) => [status, { description: PROBLEM_TITLES[status], content }]));
}

/** What can go wrong with every request that brings a body. */
export const BODY_PROBLEMS: readonly ProblemStatus[] = [400, 413, 415, 422, 429, 503];
