import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import type { TestProject } from "vitest/node";

const ROOT = join(import.meta.dirname, "../..");

declare module "vitest" {
  interface ProvidedContext {
    /** Address of the built workbench, served by `headroom serve`. */
    workbenchUrl: string;
  }
}

/** Builds the application once and serves it, as `npm start` does, for the tests in test/e2e. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // The test runner's own NODE_ENV would make a build for development, which keeps nothing for offline.
  const env = { ...process.env, NODE_ENV: "production" };
  await promisify(execFile)("npm", ["run", "build"], { cwd: ROOT, env, shell: process.platform === "win32" }).catch((error: unknown) => {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    throw new Error(`npm run build failed:\n${stdout}\n${stderr}`);
  });
  const { url, close } = await serveBuilt();
  project.provide("workbenchUrl", url);
  return close;
}

/** Serves what was built, as `npm start` does, until closed. */
export async function serveBuilt(): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const server = spawn(process.execPath, ["dist/headroom.js", "serve", "--port", "0"], { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(server, "exit");
  return {
    url: await printedAddress(server.stdout),
    close: async () => {
      server.kill("SIGINT");
      await exited;
    },
  };
}

async function printedAddress(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: output })) {
    const address = /http:\/\/\S+/.exec(line);
    if (address !== null) return address[0];
  }
  throw new Error("`headroom serve` ended without printing an address.");
}
