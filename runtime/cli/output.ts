import { realpathSync, statSync } from "node:fs";
import { open, rename, rm, type FileHandle } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { systemProblem } from "./problem.ts";
import { wrapped } from "./wrapped.ts";

/**
 * Writes to the standard output. A reader that goes away, as `| head` does, has what it wanted: the rest is dropped
 * without a word.
 */
export async function writeOut(pieces: Iterable<string>): Promise<void> {
  // The failure is told by the callback; without a listener it would end the process as well.
  process.stdout.on("error", ignore);
  try {
    for (const piece of pieces) if (!(await written(piece))) return;
  } finally {
    process.stdout.off("error", ignore);
  }
}

/** Writes what people read to the standard output; at a terminal it is set to its width. */
export async function writeText(...texts: string[]): Promise<void> {
  const { isTTY, columns } = process.stdout;
  // Some pretended terminals say that they have no columns.
  await writeOut(isTTY && columns > 0 ? texts.map((text) => wrapped(text, columns)) : texts);
}

/** Writes a piece and waits until it is taken; false when nobody reads any more. */
function written(piece: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    process.stdout.write(piece, (error) => {
      if (error === null || error === undefined) resolve(true);
      else if ("code" in error && (error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED")) resolve(false);
      else reject(systemProblem(error, "standard output"));
    });
  });
}

function ignore(): void {
  // Said where the write was asked for.
}

/**
 * A file that appears whole or not at all: written beside its place and moved there at the end. What is no regular file
 * (a pipe, a terminal, /dev/null) is written directly.
 */
export class OutputFile {
  private readonly path: string;
  /** Where it is written until it is whole; undefined when it is written directly. */
  private readonly beside: string | undefined;
  private readonly file: FileHandle;

  private constructor(path: string, beside: string | undefined, file: FileHandle) {
    this.path = path;
    this.beside = beside;
    this.file = file;
  }

  /** Opens it before the work begins, so that a place that cannot be written to is known at once. */
  static async open(path: string): Promise<OutputFile> {
    try {
      const present = statSync(path, { throwIfNoEntry: false });
      if (present !== undefined && !present.isFile()) return new OutputFile(path, undefined, await open(path, "w"));
      const target = present === undefined ? path : realpathSync(path);
      const beside = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
      return new OutputFile(target, beside, await open(beside, "w"));
    } catch (error) {
      throw systemProblem(error, path);
    }
  }

  async write(pieces: Iterable<string>): Promise<void> {
    try {
      for (const piece of pieces) await this.file.writeFile(piece);
      await this.file.close();
      if (this.beside !== undefined) await rename(this.beside, this.path);
    } catch (error) {
      throw systemProblem(error, this.path);
    }
  }

  /** Leaves no trace of it, unless it is whole. */
  async discard(): Promise<void> {
    await this.file.close();
    if (this.beside !== undefined) await rm(this.beside, { force: true });
  }
}
