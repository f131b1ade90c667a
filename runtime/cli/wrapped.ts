/**
 * Breaks lines that are wider than a terminal between words. The next line begins below the last cell of a row, or below the
 * text of an indented line; a last cell that has hardly any room goes to a line of its own, a little to the right of where
 * the row begins. A word that is wider than the room, an address for one, stays whole.
 */
export function wrapped(text: string, columns: number): string {
  return text
    .split("\n")
    .flatMap((line) => (line.length > columns ? broken(line, columns) : line))
    .join("\n");
}

function broken(line: string, columns: number): string[] {
  const cell = beginningOfLastCell(line);
  const before = line.slice(0, cell).trimEnd();
  if (before === "" || columns - cell >= NARROWEST_CELL) return hanging(line, cell, columns);
  const deeper = line.search(/\S/) + DEEPER;
  return [before, ...hanging(" ".repeat(deeper) + line.slice(cell), deeper, columns)];
}

/** Breaks what begins at a column, and lets the lines after the first begin there too. */
function hanging(line: string, from: number, columns: number): string[] {
  const lines: string[] = [];
  let rest = line;
  while (rest.length > columns) {
    const within = rest.lastIndexOf(" ", columns);
    const at = within > from ? within : rest.indexOf(" ", Math.max(from, columns));
    if (at === -1) break;
    lines.push(rest.slice(0, at).trimEnd());
    rest = " ".repeat(from) + rest.slice(at).trimStart();
  }
  return [...lines, rest];
}

/** Cells are two blanks or more apart; a line without cells is one. */
function beginningOfLastCell(line: string): number {
  return Math.max(0, ...[...line.matchAll(/ {2,}(?=\S)/g)].map(({ index, 0: blanks }) => index + blanks.length));
}

/** Columns. */
const NARROWEST_CELL = 24;
const DEEPER = 4;
