import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { requestId } from "hono/request-id";
import { secureHeaders } from "hono/secure-headers";
import type { Registry } from "prom-client";
import type { Logger } from "../log.ts";
import type { Api, ApiContext, OpenRoutes } from "../pipelines/pipeline.ts";
import { bearerToken, TOKEN_SCHEME } from "./token.ts";
import { Callers, forwardedAddress } from "./callers.ts";
import { faultsOf } from "./faults.ts";
import { answerProblem, problemOf } from "./problem-answer.ts";
import { RequestProblem } from "./problem.ts";
import { rateLimit, type RateLimitOptions } from "./rate-limit.ts";
import { recordRequests } from "./request-record.ts";
import type { ApiConfiguration } from "./settings.ts";
import { ApiTelemetry } from "./telemetry.ts";
import { addOwnPages, type OwnPages } from "./own-pages.ts";
import { addPage } from "./page.ts";

export interface ApiOptions {
  readonly name: string;
  readonly summary: string;
  readonly settings: Pick<ApiConfiguration, "BODY_LIMIT_BYTES" | "RATE_LIMIT_PER_MIN" | "TRUSTED_PROXIES">;
  readonly routes: Pick<OpenRoutes, "mount">;
  /** Name of the page that is served beside the routes; undefined for none. */
  readonly page: string | undefined;
  readonly pages: OwnPages;
  /** Counts one more request of a caller; undefined to count in this process. */
  readonly countCall?: RateLimitOptions["count"];
  readonly registry: Registry;
  readonly log: Logger;
  readonly epochMs: () => number;
  /** Whether the process is about to end: its connections are then closed after each answer. */
  readonly isStopping: () => boolean;
  /** The address that a request was sent from, as the server has it. */
  readonly addressOf: (context: Context) => string | undefined;
}

/**
 * Makes the one application that serves a pipeline's routes, behind a server of Node's as behind API Gateway. A request
 * passes, in this order: its id; the record (log line and figures); the rate limit; the limit of its body; the route with
 * its token, its schemas and its work. Whatever is thrown on the way becomes a problem document in one place.
 */
export function createApi(options: ApiOptions): Api {
  const { name, summary, settings, routes, registry, log, epochMs, addressOf } = options;
  const callers = new Callers(epochMs);
  const api: Api = new OpenAPIHono<ApiContext>({
    defaultHook: (result) => {
      if (result.success) return;
      const { error, target } = result;
      // The library's type leaves out what it hands over as well: the part as it was given.
      const { data } = result as { readonly data?: unknown };
      throw new RequestProblem(422, `The ${PART_NAMES[target]} cannot be used as it is.`, { faults: faultsOf(error, data, target) });
    },
  });
  api.use(requestId({ limitLength: LONGEST_REQUEST_ID }));
  api.use(recordRequests({ telemetry: new ApiTelemetry(registry), log, callers }));
  api.use(secureHeaders());
  api.use(async (context, next) => {
    await next();
    if (options.isStopping()) context.header("Connection", "close");
  });
  if (settings.RATE_LIMIT_PER_MIN > 0) {
    api.use(
      rateLimit({
        perMin: settings.RATE_LIMIT_PER_MIN,
        callerOf: (context) => {
          const address = forwardedAddress(context.req.header("X-Forwarded-For"), settings.TRUSTED_PROXIES) ?? addressOf(context);
          return callers.nameOf(bearerToken(context.req.header("Authorization")), address);
        },
        count: options.countCall,
      }),
    );
  }
  api.use(bodyLimit({ maxSize: settings.BODY_LIMIT_BYTES, onError: () => tooLarge(settings.BODY_LIMIT_BYTES) }));
  addOwnPages(api, options.pages);
  if (options.page !== undefined) addPage(api, options.page);
  routes.mount(api);
  api.openAPIRegistry.registerComponent("securitySchemes", "token", TOKEN_SCHEME);
  api.doc31("/openapi.json", { openapi: "3.1.0", info: { title: `Headroom: ${name}`, description: `${summary}.`, version: "1" } });
  api.notFound((context) => answerProblem(context, new RequestProblem(404, `There is no ${context.req.method} ${context.req.path}.`)));
  api.onError((error, context) => {
    const problem = problemOf(error);
    if (problem.status >= 500) context.get("log").error({ err: problem.cause ?? problem }, problem.detail);
    return answerProblem(context, problem);
  });
  return api;
}

function tooLarge(limitBytes: number): never {
  throw new RequestProblem(413, `The body has to be at most ${limitBytes} bytes long.`);
}

const PART_NAMES = { json: "body", form: "body", query: "query", param: "path", header: "header", cookie: "header" } as const;

/** Longer ones are replaced, as those with other characters than letters, digits, `-`, `_` and `=`. */
const LONGEST_REQUEST_ID = 128;
