import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";

const BUILT = join(import.meta.dirname, "../../dist/web");
const MOST_BYTES = 200_000;

describe("the board", () => {
  it("shares no file with the workbench, which does not keep it for offline, and is less than 25 kB, gzipped", () => {
    const own = [...read("board.html").matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map(([, name]) => String(name));
    expect(own.map((name) => name.replace(/-[\w-]+\./, "."))).toEqual(["board/favicon.svg", "board/board.js", "board/board.css"]);
    expect(read("service-worker.js").split("\n")[0]).not.toContain("board");
    const sizes = own.map((name) => gzipSync(readFileSync(join(BUILT, name)), { level: 9 }).length);
    expect(sizes.reduce((sum, bytes) => sum + bytes)).toBeLessThan(25_000);
  });
});

describe("the first view", () => {
  it("is less than 200 kB, gzipped: the page, its style, and the worker that simulates", () => {
    const files = firstView();
    expect(files.filter((name) => name.endsWith(".js")).length).toBeGreaterThanOrEqual(2);
    const sizes = files.map((name) => ({ name, bytes: gzipSync(readFileSync(join(BUILT, name)), { level: 9 }).length }));
    const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
    const listed = sizes.map(({ name, bytes }) => `${name}: ${(bytes / 1000).toFixed(1)} kB`).join("\n");
    expect(total, listed).toBeLessThan(MOST_BYTES);
  });
});

/** What the browser has to have before it can show a run: what `index.html` names, and what that cannot do without. */
function firstView(): string[] {
  const html = read("index.html");
  const named = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map(([, name]) => String(name));
  const found = new Set(["index.html", ...named]);
  for (const name of found) {
    if (!name.endsWith(".js")) continue;
    const text = read(name);
    const imports = [...text.matchAll(/(?:\bfrom|\bimport)\s*["'`]\.\/([^"'`]+\.js)["'`]/g)].map(([, file]) => `assets/${String(file)}`);
    const workers = [...text.matchAll(/new URL\([^)]*?["'`](?:\.\/|\/)?(?:assets\/)?([^"'`/]+\.worker-[^"'`]+\.js)["'`]/g)];
    for (const other of [...imports, ...workers.map(([, file]) => `assets/${String(file)}`)]) found.add(other);
  }
  return [...found];
}

function read(name: string): string {
  return readFileSync(join(BUILT, name), "utf8");
}
