import { join } from "node:path";
import { defineConfig } from "vite";
import { compressed, OXC, PURE } from "./vite.config.ts";

/**
 * The board, the page of the jobs system: from `web/board.html` to `dist/web/board.html` and the folder `board` beside it. It is
 * built apart, so that it shares no file with the workbench: the API hands out these alone, and the workbench neither loads
 * nor keeps them.
 */
export default defineConfig({
  root: "web",
  base: "./",
  publicDir: false,
  build: {
    outDir: "../dist/web",
    // The workbench has emptied it.
    emptyOutDir: false,
    assetsDir: "board",
    assetsInlineLimit: 0,
    sourcemap: true,
    rolldownOptions: { ...PURE, input: { board: join(import.meta.dirname, "web/board.html") } },
  },
  plugins: [compressed()],
  oxc: OXC,
});
