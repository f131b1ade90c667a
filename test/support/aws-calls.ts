import type { AwsRecord, AwsService } from "../../runtime/local/service.ts";

/** Calls operations of a service of the embedded AWS as the host would. */
export function callsTo(service: AwsService): (operation: string, input?: AwsRecord) => AwsRecord {
  return (operation, input = {}) => {
    const answer = service.operations[operation]!(input, { signal: new AbortController().signal, requestId: "test" });
    if (answer instanceof Promise) throw new Error(`${operation} is not answered at once`);
    return answer;
  };
}

/** The code of the AwsError that a call ends in; undefined when it goes well. */
export function faultOf(call: () => unknown): string | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : String(error);
  }
}
