/**
 * M/M/50 at 90 % load: the general engine, set up as 50 instances of one slot, against simjs (its own facility and
 * statistics) and the yardstick, in turn in one process. All three wait 0.0728 mean service times by Erlang C.
 */
import "./simjs-global.ts";
import "simjs";
import { erlangC } from "../../sim/measure/queueing.ts";
import { simulate } from "../../sim/simulate.ts";
import { FIFTY, fiftyServers } from "./fifty-servers.ts";
import { interleaved, isQuick } from "./measure.ts";
import { simjsMeanWait } from "./simjs-facility.ts";
import { yardstickMeanWait } from "./yardstick.ts";

const { servers, load, meanSec } = FIFTY;
const customers = isQuick ? 200_000 : 1_000_000;
const scenario = fiftyServers(customers);

const waits = { yardstick: 0, headroom: 0, simjs: 0 };
const nsPer = interleaved(
  {
    yardstick: () => {
      waits.yardstick = yardstickMeanWait({ customers, servers, load });
      return customers;
    },
    headroom: () => {
      const { summary } = simulate(scenario, 1);
      waits.headroom = summary.waitMs.mean / 1000 / meanSec;
      return summary.messages.deleted;
    },
    simjs: () => {
      waits.simjs = simjsMeanWait({ customers, servers, load });
      return customers;
    },
  },
  3,
);

console.log(`Erlang C: a mean wait of ${(erlangC(servers * load, servers) / (servers * (1 - load))).toFixed(4)} service times`);
for (const name of ["yardstick", "headroom", "simjs"] as const) {
  console.log(
    `${name.padEnd(10)} ${nsPer[name].toFixed(0).padStart(6)} ns a customer, ${(nsPer.simjs / nsPer[name]).toFixed(1)} × as fast as simjs, mean wait ${waits[name].toFixed(4)}`,
  );
}
