/**
 * M/M/50 at 90 % load: the general engine against SimPy, in turn. SimPy is Python and runs in a process of its own, which
 * measures its own processor time without the start of the interpreter. Needs a python3 that has simpy (Debian:
 * `apt-get install python3-simpy3`); without one it says so and measures nothing.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { simulate } from "../../sim/simulate.ts";
import { FIFTY, fiftyServers } from "./fifty-servers.ts";
import { isQuick, median, nsPerUnit } from "./measure.ts";

const { servers, load, meanSec } = FIFTY;
const customers = isQuick ? 100_000 : 500_000;
/** From the folder of the bundles. */
const PROGRAM = join(import.meta.dirname, "../../test/bench/simpy_mmc.py");

const python = ["/usr/bin/python3", "python3"].find((command) => spawnSync(command, ["-c", "import simpy"]).status === 0);
if (python === undefined) {
  console.log("There is no python3 with simpy here (Debian: apt-get install python3-simpy3): nothing was compared with SimPy.");
} else {
  const scenario = fiftyServers(customers);
  const samples: { headroom: number; simpy: number }[] = [];
  let waits = { headroom: NaN, simpy: NaN };
  let version = "";
  for (let round = 0; round <= 3; round += 1) {
    const theirs = simpy(python);
    version = theirs.version;
    const headroom = nsPerUnit(() => {
      const { summary } = simulate(scenario, 1);
      waits = { headroom: summary.waitMs.mean / 1000 / meanSec, simpy: theirs.meanWait };
      return summary.messages.deleted;
    });
    // The first round warms up.
    if (round > 0) samples.push({ headroom, simpy: theirs.nsPerCustomer });
  }
  const headroomNs = median(samples.map(({ headroom }) => headroom));
  const simpyNs = median(samples.map(({ simpy: ns }) => ns));
  const ratio = median(samples.map(({ headroom, simpy: ns }) => ns / headroom));
  console.log(`SimPy ${version} on ${python}: ${simpyNs.toFixed(0)} ns a customer, mean wait ${waits.simpy.toFixed(4)}`);
  console.log(
    `headroom: ${headroomNs.toFixed(0)} ns a customer, ${ratio.toFixed(1)} × as fast as SimPy, mean wait ${waits.headroom.toFixed(4)}`,
  );
}

function simpy(command: string): { nsPerCustomer: number; meanWait: number; version: string } {
  const { status, stdout, stderr } = spawnSync(command, [PROGRAM, String(customers), String(servers), String(load)], { encoding: "utf8" });
  if (status !== 0) throw new Error(`SimPy failed: ${stderr}`);
  const [seconds = NaN, meanWait = NaN] = stdout.split(" ").map(Number);
  return { nsPerCustomer: (seconds * 1e9) / customers, meanWait, version: stdout.trim().split(" ")[2] ?? "" };
}
