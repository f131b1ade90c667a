import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { pino } from "pino";

export interface LineWriter {
  write(line: string): void;
  close(): void;
}

/**
 * Opens what decisions are appended to, a file or the standard output. Lines are written at once, so that a killed process
 * has told all that it did. A disk that fills up later is reported, and does not stop the scaling.
 *
 * @throws When the file cannot be opened.
 */
export function openDecisionLog(path: string | undefined, failed: (error: unknown) => void): LineWriter {
  const isCutOff = path !== undefined && endsInHalfALine(path);
  const destination = pino.destination({ dest: path ?? 1, append: true, sync: true });
  destination.on("error", failed);
  if (isCutOff) destination.write("\n");
  return {
    write: (line) => void destination.write(line),
    close: () => {
      destination.flushSync();
      if (path !== undefined) destination.end();
    },
  };
}

/** As a process leaves it that was killed while it wrote. Creates the file if there is none. */
function endsInHalfALine(path: string): boolean {
  const file = openSync(path, "a+");
  try {
    const { size } = fstatSync(file);
    const last = Buffer.alloc(1);
    return size > 0 && fstatSync(file).isFile() && readSync(file, last, 0, 1, size - 1) === 1 && last.toString() !== "\n";
  } finally {
    closeSync(file);
  }
}
