import type { z } from "zod";
import { decimalNumber, oneOf, plainText, wholeNumber, withDefault } from "../../settings.ts";
import type { Surroundings } from "../pipeline.ts";
import { Database } from "./database.ts";
import { LONGEST_JOB_SEC } from "./job.ts";

/** Where the database is: settings that API and worker share. */
export const DATABASE_SETTINGS = {
  DATABASE_HOST: plainText("the host of the PostgreSQL server"),
  DATABASE_PORT: withDefault(wholeNumber({ min: 1, max: 65_535, unit: "ports", what: "where the server listens" }), 5432),
  DATABASE_NAME: plainText("the database of the jobs"),
  DATABASE_USER: plainText("who is let in"),
  DATABASE_PASSWORD: plainText("with what password"),
  DATABASE_TLS: withDefault(
    oneOf(["verify", "encrypt", "off"], "how the connection is kept private; verify also makes sure of the server, by NODE_EXTRA_CA_CERTS"),
    "encrypt",
  ),
};

export const WORK_SETTINGS = {
  JOB_SHORTEST_SEC: withDefault(
    decimalNumber({ min: 0, max: LONGEST_JOB_SEC, unit: "seconds", what: "the shortest time of a job that names none" }),
    10,
  ),
  JOB_LONGEST_SEC: withDefault(
    decimalNumber({ min: 0, max: LONGEST_JOB_SEC, unit: "seconds", what: "the longest time of a job that names none" }),
    120,
  ),
};

type DatabaseConfiguration = z.output<z.ZodObject<typeof DATABASE_SETTINGS>>;

export function openDatabase(given: DatabaseConfiguration, { log }: Pick<Surroundings, "log">): Database {
  return new Database({
    host: given.DATABASE_HOST,
    port: given.DATABASE_PORT,
    database: given.DATABASE_NAME,
    user: given.DATABASE_USER,
    password: given.DATABASE_PASSWORD,
    tls: given.DATABASE_TLS,
    broke: (error) => log.warn({ err: error }, "a connection to the database has broken"),
  });
}
