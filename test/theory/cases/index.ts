import type { Case } from "../case.ts";
import { otherArrivals } from "./arrivals.ts";
import { closedLoop } from "./closed-loop.ts";
import { frontDoorLoss } from "./front-door.ts";
import { generalService } from "./general-service.ts";
import { lambda } from "./lambda.ts";
import { markovServers } from "./markov-servers.ts";
import { retries } from "./retries.ts";
import { serversWithSetUp } from "./set-up.ts";
import { timeVarying } from "./time-varying.ts";

/** The whole table, by subject. */
export const CASES: readonly Case[] = [
  ...markovServers,
  ...generalService,
  ...otherArrivals,
  ...timeVarying,
  ...retries,
  ...closedLoop,
  ...frontDoorLoss,
  ...serversWithSetUp,
  ...lambda,
];
