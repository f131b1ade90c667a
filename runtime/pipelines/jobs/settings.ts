import type { z } from "zod";
import { LONGEST_JOB_SEC } from "../../../sim/core/jobs-api.ts";
import { SecretStore } from "../../aws/secret-store.ts";
import { decimalNumber, oneOf, optional, plainText, wholeNumber, withDefault } from "../../settings.ts";
import type { Surroundings } from "../pipeline.ts";
import { Database } from "./database.ts";
import { Password } from "./password.ts";

/** Where the database is: settings that API and worker share. */
export const DATABASE_SETTINGS = {
  DATABASE_HOST: plainText("the host of the PostgreSQL server"),
  DATABASE_PORT: withDefault(wholeNumber({ min: 1, max: 65_535, unit: "ports", what: "where the server listens" }), 5432),
  DATABASE_NAME: plainText("the database of the jobs"),
  DATABASE_USER: plainText("who is let in"),
  DATABASE_PASSWORD: plainText("with what password"),
  DATABASE_SECRET_ARN: optional(
    plainText("the secret of Secrets Manager that the password comes from, read anew when the database refuses it"),
  ),
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

export interface OpenDatabase {
  readonly database: Database;
  readonly close: () => Promise<void>;
}

export function openDatabase(given: DatabaseConfiguration, { aws, log, clock, startAnew }: Surroundings): OpenDatabase {
  const { DATABASE_SECRET_ARN: secretArn } = given;
  const secrets = new SecretStore(aws);
  const readSecret = secretArn === undefined ? undefined : () => secrets.readSecret(secretArn);
  const database = new Database({
    host: given.DATABASE_HOST,
    port: given.DATABASE_PORT,
    database: given.DATABASE_NAME,
    user: given.DATABASE_USER,
    password: new Password({ given: given.DATABASE_PASSWORD, readSecret, lost: startAnew, clock, log }),
    tls: given.DATABASE_TLS,
    broke: (error) => log.warn({ err: error }, "a connection to the database has broken"),
  });
  return {
    database,
    async close() {
      await database.close();
      secrets.close();
    },
  };
}
