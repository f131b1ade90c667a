import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** What Playwright needs to start the Chromium that the tests run in. */
export interface ChromiumLaunch {
  readonly executablePath: string;
  readonly args: string[];
  readonly env: Record<string, string>;
}

/**
 * Finds a Chromium without any step by hand. In this order: the one named by `CHROME_PATH`; on Linux x64 the one that
 * comes with `@sparticuz/chromium`, unpacked once into `.cache/`; an installed Chrome or Chromium.
 */
export async function findChromium(): Promise<ChromiumLaunch> {
  const named = process.env["CHROME_PATH"];
  if (named !== undefined && named !== "") {
    if (!existsSync(named)) throw new Error(`CHROME_PATH names ${named}, which does not exist.`);
    return launchOf(named);
  }
  if (process.platform === "linux" && process.arch === "x64") return bundled();
  const installed = INSTALLED.find((path) => existsSync(path));
  if (installed !== undefined) return launchOf(installed);
  throw new Error("No Chromium found: install Google Chrome or Chromium, or set CHROME_PATH to its executable.");
}

/** Arguments that suit tests in a container. The package's own (`--single-process`) hang a second run. */
const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const INSTALLED = [
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe",
];

function launchOf(executablePath: string, env: Record<string, string> = {}): ChromiumLaunch {
  const inherited = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { executablePath, args: ARGS, env: { ...Object.fromEntries(inherited), ...env } };
}

async function bundled(): Promise<ChromiumLaunch> {
  const here = dirname(fileURLToPath(import.meta.url));
  const manifest = createRequire(import.meta.url)
    .resolve("@sparticuz/chromium")
    .replace(/build[/\\].*$/, "package.json");
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
  const cache = join(here, "../../.cache");
  const home = join(cache, `chromium-${version}`);

  if (!existsSync(home)) {
    // Unpacks beside its final place and moves it there when complete, so that two test runs may start together.
    await mkdir(cache, { recursive: true });
    const unpacked = await mkdtemp(join(cache, "unpacking-"));
    const env = { ...process.env, TMPDIR: unpacked, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs22.x" };
    await promisify(execFile)(process.execPath, [join(here, "unpack-chromium.js")], { env });
    await writeFile(join(unpacked, "fonts.conf"), fontsConf(join(home, "fonts")));
    try {
      await rename(unpacked, home);
    } catch (error) {
      await rm(unpacked, { recursive: true, force: true });
      if (!existsSync(home)) throw error;
    }
  }
  // The libraries that Chromium needs come with it: nothing has to be installed on the machine.
  return launchOf(join(home, "chromium"), {
    LD_LIBRARY_PATH: join(home, "al2023/lib"),
    FONTCONFIG_FILE: join(home, "fonts.conf"),
  });
}

/** The package's own file names folders that exist on AWS Lambda only. */
function fontsConf(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${folder}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${folder}-cache</cachedir>
</fontconfig>
`;
}
