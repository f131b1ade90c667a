/**
 * Stops on a programmer's error: a broken contract, never bad input. Stays on in production, because a worker or a
 * policy that goes on after such an error would lose messages quietly.
 */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/** A contract between two parts of Headroom was broken: a defect in the program, not in its input. */
class AssertionError extends Error {
  override readonly name = "AssertionError";
}

/** Makes a switch over a union exhaustive: the compiler refuses a case that is not handled. */
export function assertNever(value: never): never {
  throw new AssertionError(`unexpected value ${JSON.stringify(value)}`);
}
