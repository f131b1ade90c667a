/**
 * Messages simulated a second by the whole model, real workers included: 50 instances of 10 slots at 90 % load, jobs of
 * a second, 1 % of them failing, batched deletes. Paired with the yardstick, an M/M/50 loop that does nothing else.
 */
import { simulate } from "../../sim/simulate.ts";
import { scenarioSchema, type ScenarioInput } from "../../sim/scenario/schema.ts";
import { interleaved, isQuick } from "./measure.ts";
import { plainModel } from "./plain-model.ts";
import { yardstickMeanWait } from "./yardstick.ts";

const durationSec = isQuick ? 1_000 : 5_000;

const plain = plainModel(durationSec);
const withHeartbeats: ScenarioInput = { ...plain, worker: { slots: 10, heartbeat: { everySec: 15, extendToSec: 30, maxSec: 3600 } } };

const messagesOf = (input: ScenarioInput) => () => simulate(scenarioSchema.parse(input), 1).summary.messages.deleted;

const nsPer = interleaved(
  {
    yardstick: () => {
      const customers = durationSec * 450;
      yardstickMeanWait({ customers, servers: 50, load: 0.9 });
      return customers;
    },
    plain: messagesOf(plain),
    "with heartbeats": messagesOf(withHeartbeats),
  },
  isQuick ? 3 : 5,
);

console.log(`yardstick        ${nsPer.yardstick.toFixed(0)} ns a customer`);
for (const name of ["plain", "with heartbeats"] as const) {
  const ns = nsPer[name];
  console.log(
    `${name.padEnd(16)} ${ns.toFixed(0)} ns a message, ${(1000 / ns).toFixed(2)} million messages/s, ${(ns / nsPer.yardstick).toFixed(2)} × the yardstick`,
  );
}
