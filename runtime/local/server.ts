import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import type { Faults } from "./faults.ts";
import { AwsError, type AwsCall, type AwsService } from "./service.ts";
import { Routes, signedFor, type Route } from "./wire/routes.ts";
import { objectionToCaller } from "./wire/gatekeeper.ts";
import { jsonAnswer, jsonError } from "./wire/json-protocol.ts";
import { xmlAnswer, xmlError } from "./wire/query-protocol.ts";
import { closeServer, listenOnLoopback, LOOPBACK_ADDRESS } from "./wire/listening.ts";
import { readBody } from "./wire/request-body.ts";
import type { WireAnswer } from "./wire/wire.ts";

export interface AwsHostOptions {
  /** All services of one endpoint; a request finds its own by protocol, target, version and credential scope. */
  readonly services: readonly AwsService[];
  /** Servers of other makers behind the same endpoint, for services that are not ours. Default: none. */
  readonly guests?: readonly Guest[];
  /** Port to listen on. Default: 0, any free one. */
  readonly port?: number;
  readonly faults?: Faults;
  /** Told of an error that no client caused. It is answered with InternalFailure. Default: a warning of the process. */
  readonly defectFound?: (error: unknown) => void;
}

/** Gets every request that is signed for its service. */
export interface Guest {
  /** As in credential scopes: `dynamodb`, `s3`. */
  readonly name: string;
  readonly server: Pick<Server, "emit">;
}

export interface AwsHost {
  /** What clients take as their endpoint, such as `http://127.0.0.1:4566`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Takes no more requests, lets those at work finish for a moment, then ends what is left: polls that wait, above all. */
  close(): Promise<void>;
}

/**
 * Serves AWS services over HTTP on 127.0.0.1, without looking at signatures: whoever reaches the port may do everything,
 * and nobody reaches it from another machine or from a web page.
 */
export async function startAwsHost(options: AwsHostOptions): Promise<AwsHost> {
  const routes = new Routes(options.services);
  const { faults, guests = [], defectFound = (error) => process.emitWarning(error instanceof Error ? error : String(error)) } = options;
  const server = createServer((request, response) => {
    const scope = signedFor(request);
    const guest = scope === undefined ? undefined : guests.find(({ name }) => name === scope);
    if (guest !== undefined && objectionToCaller(request.headers) === undefined) guest.server.emit("request", request, response);
    else void answer({ request, response, routes, faults, defectFound });
  });
  // Longer than clients keep an idle connection, so that none sends into one that is just being closed.
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  const port = await listenOnLoopback(server, options.port ?? 0);
  return { url: `http://${LOOPBACK_ADDRESS}:${port}`, port, close: () => closeServer(server) };
}

const KEEP_ALIVE_MS = 55_000;

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly routes: Routes;
  readonly faults: Faults | undefined;
  readonly defectFound: (error: unknown) => void;
}

async function answer({ request, response, routes, faults, defectFound }: Exchange): Promise<void> {
  const objection = objectionToCaller(request.headers);
  if (objection !== undefined) {
    request.resume();
    response.writeHead(403, { "content-type": "text/plain; charset=utf-8" }).end(`${objection}\n`);
    return;
  }
  const call = new Call(response);
  let route: Route | undefined;
  let wireAnswer: WireAnswer;
  try {
    route = routes.find(request, await readBody(request));
    const fault = faults?.draw(route.service.name, route.action);
    if (fault !== undefined && fault.delayMs > 0) await wait(fault.delayMs);
    if (fault?.error !== undefined) throw fault.error;
    // Nobody is there any more who could be told what was done.
    if (response.destroyed) return;
    call.willBeLost = fault?.losesAnswer ?? false;
    const output = await route.operation(route.input(), call);
    wireAnswer = isJson(route, request) ? jsonAnswer(output) : xmlAnswer(route.action, output, xmlOptions(route, call));
  } catch (error) {
    wireAnswer = errorAnswer(asAwsError(error, call, defectFound), { request, route, call });
  }
  if (call.willBeLost) response.destroy();
  else send(response, wireAnswer, call.requestId);
}

/** One call as an operation sees it. The signal is made when somebody asks for it: most operations are done at once. */
class Call implements AwsCall {
  readonly requestId = randomUUID();
  /** The connection is broken off on purpose, and what was done stays done. */
  willBeLost = false;

  private readonly response: ServerResponse;
  private controller: AbortController | undefined;

  constructor(response: ServerResponse) {
    this.response = response;
  }

  get signal(): AbortSignal {
    if (this.controller === undefined) {
      const controller = (this.controller = new AbortController());
      const { response } = this;
      if (response.destroyed) controller.abort();
      response.once("close", () => {
        if (!response.writableFinished && !this.willBeLost) controller.abort();
      });
    }
    return this.controller.signal;
  }
}

function isJson(route: Route | undefined, request: IncomingMessage): boolean {
  return route === undefined ? request.headers["x-amz-target"] !== undefined : route.service.protocol === "json-1.0";
}

function xmlOptions(route: Route | undefined, call: Call) {
  return { xmlNamespace: route?.service.xmlNamespace, requestId: call.requestId };
}

function errorAnswer(error: AwsError, { request, route, call }: { request: IncomingMessage; route: Route | undefined; call: Call }) {
  return isJson(route, request) ? jsonError(error) : xmlError(error, xmlOptions(route, call));
}

function asAwsError(error: unknown, call: Call, defectFound: (error: unknown) => void): AwsError {
  if (error instanceof AwsError) return error;
  // A request that broke off while it was read has nobody to answer.
  if (!call.signal.aborted) defectFound(error);
  return new AwsError("InternalFailure", "The embedded AWS has a defect.", { statusCode: 500 });
}

function send(response: ServerResponse, { statusCode, contentType, headers, body }: WireAnswer, requestId: string): void {
  if (response.destroyed) return;
  response
    .writeHead(statusCode, {
      "content-type": contentType,
      "content-length": Buffer.byteLength(body),
      "x-amzn-requestid": requestId,
      ...headers,
    })
    .end(body);
}
