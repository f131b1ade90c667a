#!/usr/bin/env node
// Starts the bundled command line. In a checkout it first bundles it anew when it is missing or older than its sources,
// so that `npx headroom` works right after `npm ci` and never runs yesterday's code.

import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { BUNDLE, buildCommand, isStale } from "./build.js";

if (isStale()) {
  process.stderr.write(existsSync(BUNDLE) ? "headroom: sources have changed, building…\n" : "headroom: building for the first use…\n");
  await buildCommand();
}
await import(pathToFileURL(BUNDLE).href);
