import { randomBytes } from "node:crypto";
import type { Need, Pipeline } from "../../pipelines/pipeline.ts";
import type { Guest } from "../server.ts";
import type { AwsService } from "../service.ts";
import { LocalSsm } from "../ssm/local-ssm.ts";
import { startLocalDynamo } from "../stores/local-dynamo.ts";
import { startLocalPostgres } from "../stores/local-postgres.ts";
import { startLocalS3 } from "../stores/local-s3.ts";
import { operate } from "./operate.ts";

/** What a pipeline needs, on this machine, beside its queue and its topic. */
export interface LocalSystem {
  readonly pipeline: Pipeline;
  /** For the embedded AWS to serve as well. */
  readonly services: readonly AwsService[];
  readonly guests: readonly Guest[];
  /** The token that callers have to show, if it has one. */
  readonly token: string | undefined;
  /** Where its own stores are, a sentence each, without a full stop. */
  readonly places: readonly string[];
  /** What the stores hold, a line for each part. */
  contents(): Promise<readonly string[]>;
  /** The settings by which API and workers find everything. */
  settings(made: { readonly queueUrl: string; readonly topicArn: string | undefined }): Record<string, string>;
  stop(): Promise<void>;
}

/** Starts the stores that a pipeline needs, with its tables and buckets and its token in them. */
export async function startLocalSystem(pipeline: Pipeline): Promise<LocalSystem> {
  const stores = new Stores();
  try {
    const settings = Object.assign({}, ...(await stores.start(pipeline.needs))) as Record<string, string>;
    const { services, guests, places, token } = stores;
    return {
      pipeline,
      services,
      guests,
      places,
      token,
      contents: () => stores.contents(),
      settings: ({ queueUrl, topicArn }) => ({ ...settings, ...pipeline.localSettings, ...placesOf(pipeline.needs, queueUrl, topicArn) }),
      stop: () => stores.stop(),
    };
  } catch (error) {
    await stores.stop();
    throw error;
  }
}

class Stores {
  readonly services: AwsService[] = [];
  readonly guests: Guest[] = [];
  readonly places: string[] = [];
  token: string | undefined;

  private readonly running: { contents(): Promise<readonly string[]>; stop(): Promise<void> }[] = [];

  /** Returns the settings that each of them gives. */
  async start(needs: readonly Need[]): Promise<Record<string, string>[]> {
    const named = <Kind extends Need["kind"]>(kind: Kind) =>
      needs.filter((need): need is Extract<Need, { kind: Kind }> => need.kind === kind);
    return [
      await this.startTables(named("table")),
      await this.startBuckets(named("bucket")),
      named("postgres").length > 0 ? await this.startPostgres() : {},
      await this.keepTokens(named("token")),
    ];
  }

  async contents(): Promise<readonly string[]> {
    return (await Promise.all(this.running.map((store) => store.contents()))).flat();
  }

  async stop(): Promise<void> {
    await Promise.all(this.running.map((store) => store.stop()));
  }

  private async startTables(needs: readonly (Need & { kind: "table" })[]): Promise<Record<string, string>> {
    if (needs.length === 0) return {};
    const tables = needs.map(({ setting, hashKey }) => ({ setting, name: nameFor(setting), key: hashKey }));
    const store = await startLocalDynamo(tables);
    this.running.push(store);
    this.guests.push({ name: "dynamodb", server: store.server });
    this.places.push(`DynamoDB is behind the embedded AWS, with the tables ${tables.map(({ name }) => name).join(", ")}`);
    return Object.fromEntries(tables.map(({ setting, name }) => [setting, name]));
  }

  private async startBuckets(needs: readonly (Need & { kind: "bucket" })[]): Promise<Record<string, string>> {
    if (needs.length === 0) return {};
    const names = needs.map(({ setting }) => [setting, nameFor(setting)] as const);
    const store = await startLocalS3(names.map(([, name]) => name));
    this.running.push(store);
    this.guests.push({ name: "s3", server: store.server });
    this.places.push(`S3 is behind the embedded AWS, with the buckets ${names.map(([, name]) => name).join(", ")}`);
    return Object.fromEntries(names);
  }

  private async startPostgres(): Promise<Record<string, string>> {
    const server = await startLocalPostgres("headroom");
    this.running.push(server);
    this.places.push(`PostgreSQL is at postgresql://${server.user}:${server.password}@${server.host}:${server.port}/${server.database}`);
    return {
      DATABASE_HOST: server.host,
      DATABASE_PORT: String(server.port),
      DATABASE_NAME: server.database,
      DATABASE_USER: server.user,
      DATABASE_PASSWORD: server.password,
      DATABASE_TLS: "off",
    };
  }

  private async keepTokens(needs: readonly (Need & { kind: "token" })[]): Promise<Record<string, string>> {
    if (needs.length === 0) return {};
    const { service } = new LocalSsm();
    this.services.push(service);
    this.token = randomBytes(12).toString("hex");
    const names = needs.map(({ setting }) => [setting, `/headroom/${nameFor(setting)}`] as const);
    for (const [, Name] of names) await operate(service, "PutParameter", { Name, Type: "SecureString", Value: this.token });
    this.places.push(`The token is ${this.token}, in the Parameter Store as ${names.map(([, name]) => name).join(" and ")}`);
    return Object.fromEntries(names);
  }
}

function placesOf(needs: readonly Need[], queueUrl: string, topicArn: string | undefined): Record<string, string> {
  const places = needs.flatMap((need): [string, string][] => {
    if (need.kind === "queue") return [[need.setting, queueUrl]];
    return need.kind === "topic" && topicArn !== undefined ? [[need.setting, topicArn]] : [];
  });
  return Object.fromEntries(places);
}

/** TRANSACTIONS_TABLE_NAME → transactions: what a bucket and a parameter may be called as well. */
function nameFor(setting: string): string {
  const words = setting
    .toLowerCase()
    .split("_")
    .filter((word) => !["table", "name", "parameter"].includes(word));
  return words.join("-");
}
