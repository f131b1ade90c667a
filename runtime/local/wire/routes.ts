import type { IncomingMessage } from "node:http";
import { AwsError, type AwsOperation, type AwsRecord, type AwsService } from "../service.ts";
import { readJson } from "./json-protocol.ts";
import { readQuery } from "./query-protocol.ts";

/** Where a request goes. */
export interface Route {
  readonly service: AwsService;
  readonly action: string;
  readonly operation: AwsOperation;
  /** Reads what is asked; throws an AwsError when it cannot be read. */
  readonly input: () => AwsRecord;
}

/**
 * Finds the operation that a request asks for among all services of an endpoint: by what `x-amz-target` starts with, or
 * by `Version` in a query, where two services share one by the credential scope.
 */
export class Routes {
  private readonly byTarget = new Map<string, AwsService>();
  private readonly byVersion = new Map<string, AwsService[]>();

  constructor(services: readonly AwsService[]) {
    for (const service of services) {
      if (service.protocol === "json-1.0") this.byTarget.set(service.version, service);
      else this.byVersion.set(service.version, [...(this.byVersion.get(service.version) ?? []), service]);
    }
  }

  /** @throws {AwsError} UnknownOperationException, InvalidAction or MissingAction. */
  find(request: IncomingMessage, body: string): Route {
    const target = request.headers["x-amz-target"];
    return typeof target === "string" ? this.ofTarget(target, body) : this.ofQuery(request, body);
  }

  private ofTarget(target: string, body: string): Route {
    const dot = target.lastIndexOf(".");
    const service = this.byTarget.get(target.slice(0, dot));
    const action = target.slice(dot + 1);
    const operation = operationOf(service, action);
    if (service === undefined || operation === undefined) {
      throw new AwsError("UnknownOperationException", `The operation ${target} is not served here.`);
    }
    return { service, action, operation, input: () => readJson(body) };
  }

  private ofQuery(request: IncomingMessage, body: string): Route {
    const form = new URLSearchParams(request.method === "GET" ? (request.url ?? "").split("?")[1] : body);
    const action = form.get("Action");
    if (action === null) throw new AwsError("MissingAction", "The request has neither an x-amz-target header nor an Action.");
    const version = form.get("Version");
    const scope = signedFor(request);
    const service = (this.byVersion.get(version ?? "") ?? []).find((candidate, _, all) => all.length === 1 || candidate.name === scope);
    const operation = operationOf(service, action);
    if (service === undefined || operation === undefined) {
      throw new AwsError("InvalidAction", `Could not find operation ${action} for version ${version ?? "NO_VERSION_SPECIFIED"}.`);
    }
    form.delete("Action");
    form.delete("Version");
    return { service, action, operation, input: () => readQuery(form) };
  }
}

/** The service that a request is signed for; undefined for one without a signature. */
export function signedFor({ headers }: IncomingMessage): string | undefined {
  return /Credential=[^,\s]+\/([a-z0-9-]+)\/aws4_request/.exec(headers.authorization ?? "")?.[1];
}

function operationOf(service: AwsService | undefined, action: string): AwsOperation | undefined {
  return service !== undefined && Object.hasOwn(service.operations, action) ? service.operations[action] : undefined;
}
