/** Trouble of the user's making or of their machine's, told in one message. Everything else is a defect and keeps its stack. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly exitCode: number;

  constructor(message: string, options: { readonly exitCode?: number; readonly cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.exitCode = options.exitCode ?? EXIT.badInput;
  }
}

export const EXIT = { ok: 0, checkFailed: 1, badInput: 2, interrupted: 130, terminated: 143 } as const;

/** Tells what the operating system refused, in words. Errors that are not the system's go through as they are. */
export function systemProblem(error: unknown, path: string): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  if (!("code" in error) || typeof error.code !== "string") return error;
  return new Problem(`${path}: ${REFUSALS[error.code] ?? error.message}.`, { cause: error });
}

const REFUSALS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder; check the name and the folder you are in",
  EISDIR: "this is a folder; name a file",
  ENOTDIR: "a part of this path is a file, not a folder; check the name",
  EACCES: "no permission; check whose file it is",
  EPERM: "no permission; check whose file it is",
  EROFS: "the disk is read-only; name another folder",
  ENOSPC: "the disk is full; make room or name another folder",
  ENAMETOOLONG: "the name is too long",
  EMFILE: "too many files are open",
};
