/**
 * The engine in a browser's worker, where the workbench runs it, next to Node: the same script, the same scenario and seed,
 * in turn, and the same digest.
 */
import { join } from "node:path";
import { runInThisContext } from "node:vm";
import { chromium } from "playwright";
import { build, type Rolldown } from "vite";
import { findChromium } from "../support/chromium.ts";
import { isQuick, median } from "./measure.ts";

type TimedRun = (durationSec: number) => { readonly ns: number; readonly digest: string };

const durationSec = isQuick ? 1000 : 5000;
const rounds = isQuick ? 3 : 7;

/** The script, bundled as for a browser. The bundle of this benchmark stands in `.cache/bench/`. */
async function script(): Promise<string> {
  const entry = join(import.meta.dirname, "../../test/bench/browser-model.ts");
  const output = (await build({
    configFile: false,
    logLevel: "warn",
    build: { write: false, rolldownOptions: { input: entry, output: { format: "iife" } } },
  })) as Rolldown.RolldownOutput;
  return output.output[0].code;
}

const code = await script();
runInThisContext(code);
const { timedRun } = globalThis as unknown as { readonly timedRun: TimedRun };

const { executablePath, args, env } = await findChromium();
const browser = await chromium.launch({ executablePath, args, env });
try {
  const page = await browser.newPage();
  await page.evaluate((source: string) => {
    const answering = `${source};onmessage = ({ data }) => postMessage(timedRun(data));`;
    const worker = new Worker(URL.createObjectURL(new Blob([answering], { type: "text/javascript" })));
    Object.assign(globalThis, {
      inWorker: (seconds: number) =>
        new Promise((resolve) => {
          worker.onmessage = ({ data }) => resolve(data);
          worker.postMessage(seconds);
        }),
    });
  }, code);
  const inBrowser = (seconds: number) =>
    page.evaluate(
      (length) => (globalThis as unknown as { inWorker: (seconds: number) => Promise<ReturnType<TimedRun>> }).inWorker(length),
      seconds,
    );

  const samples = { node: [] as number[], browser: [] as number[] };
  for (let round = 0; round <= rounds; round += 1) {
    const here = timedRun(durationSec);
    const there = await inBrowser(durationSec);
    if (here.digest !== there.digest) throw new Error(`Node and the browser differ: ${here.digest} and ${there.digest}`);
    // The first round warms both up.
    if (round === 0) continue;
    samples.node.push(here.ns);
    samples.browser.push(there.ns);
  }
  const [node, chrome] = [median(samples.node), median(samples.browser)];
  const speed = (ns: number) => `${ns.toFixed(0)} ns a message, ${(1000 / ns).toFixed(2)} million messages/s`;
  console.log(`Node             ${speed(node)}`);
  console.log(
    `Chromium ${browser.version().split(".")[0]}, worker ${speed(chrome)}, ${(chrome / node).toFixed(2)} × Node; the same digest`,
  );
} finally {
  await browser.close();
}
