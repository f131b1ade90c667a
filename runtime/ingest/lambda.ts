import type { Context } from "hono";
import { handle } from "hono/aws-lambda";
import { EXIT_START_ANEW } from "../exit-codes.ts";
import { pipelineFor } from "../pipelines/index.ts";
import { openApi } from "./open-api.ts";

/**
 * The API as a function of AWS Lambda behind API Gateway (HTTP API, payload 2.0). What it opens is opened once for each
 * instance of the function, and is kept for as long as Lambda keeps the instance: nobody tells it to end.
 */
const { api } = await openApi({
  pipeline: pipelineFor(process.env["PIPELINE"]),
  sources: { environment: process.env },
  isReady: () => true,
  isStopping: () => false,
  addressOf,
  // Lambda starts another in its place.
  startAnew: () => process.exit(EXIT_START_ANEW),
});

// eslint-disable-next-line @typescript-eslint/no-deprecated -- it moves to a package of its own with Hono 5
export const handler = handle(api);

function addressOf({ env }: Context): string | undefined {
  const { requestContext } = env as { readonly requestContext?: { readonly http?: { readonly sourceIp?: string } } };
  return requestContext?.http?.sourceIp;
}
