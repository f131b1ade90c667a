import { expect, it } from "vitest";
import { mmc } from "../../sim/measure/queueing.ts";
import { inSystemWithSetUp, serversWithSetUp } from "./cases/set-up.ts";
import { describeCases } from "./describe-cases.ts";

describeCases("servers that are set up on demand keep messages as long as theory says", serversWithSetUp);

it("the chain of servers with set-up gives what is known in closed form", () => {
  // One server: as without set-up, and a set-up longer. Set up in no time: Erlang C.
  const one = inSystemWithSetUp({ ratePerSec: 0.05, servers: 1, heldSec: 10, setUpSec: 20 });
  expect(one / 0.05).toBeCloseTo(1 / (0.1 - 0.05) + 20, 9);
  const erlang = mmc({ arrivalRatePerSec: 0.35, meanServiceSec: 10, servers: 5 });
  const five = inSystemWithSetUp({ ratePerSec: 0.35, servers: 5, heldSec: 10, setUpSec: 1e-9 });
  expect(erlang).toMatchObject({ meanInSystem: expect.closeTo(five, 6) as number });
});
