import { z } from "zod";
import { duration, integer, number } from "./kit.ts";
import { singleTraffic } from "./traffic.ts";

export const frontDoor = z
  .strictObject({
    traffic: singleTraffic.prefault({ kind: "users" }).meta({ title: "Callers" }),
    places: integer({
      min: 1,
      max: 100_000,
      default: 20,
      title: "Places",
      unit: "callers",
      description: "Callers served at the same time, as by a pool of payment connections.",
    }),
    serviceTime: duration({ title: "Service time", description: "How long a place works for a caller." }).prefault({
      kind: "constant",
      sec: 3,
    }),
    timeoutSec: number({
      min: 0.001,
      max: 86_400,
      default: 30,
      title: "Timeout",
      unit: "s",
      description: "A caller without an answer after this long hangs up (504); a place at work for it works on.",
    }),
    mostWaiting: integer({
      min: 0,
      max: 1_000_000,
      default: 100,
      title: "Waiting at most",
      unit: "callers",
      description: "A caller who finds this many in line is turned away (503).",
    }),
  })
  .nullable()
  .default(null)
  .meta({ title: "Front door", description: "Callers who wait for their answer, beside the messages; empty for none." });
