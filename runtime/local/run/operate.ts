import type { AwsRecord, AwsService } from "../service.ts";

/** Calls an operation of a service from within, as a client would. */
export async function operate(service: AwsService, operation: string, input: AwsRecord): Promise<AwsRecord> {
  const act = service.operations[operation];
  if (act === undefined) throw new Error(`${service.name} has no operation ${operation}.`);
  return act(input, { signal: new AbortController().signal, requestId: "from within" });
}
