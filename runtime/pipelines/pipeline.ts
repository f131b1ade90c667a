import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Registry } from "prom-client";
import type { z } from "zod";
import type { Clock } from "../clock.ts";
import type { Callers } from "../ingest/callers.ts";
import type { Logger } from "../log.ts";
import type { SettingsSchema } from "../settings.ts";
import type { Handler } from "../worker/handler.ts";

/**
 * The contract of a pipeline: one system, from the request that comes in to the effect in its store. A pipeline is a folder
 * here, and its `pipeline.ts` exports one of these. That file is light: what takes part at run time is loaded when it is
 * asked for, so that a worker never loads an API and an API never loads a handler.
 *
 * | who                         | does                                                                                    |
 * |-----------------------------|-----------------------------------------------------------------------------------------|
 * | `headroom api <name>`       | loads `api`, reads its settings with its own, calls `open`, serves its routes           |
 * | `headroom worker`           | with HANDLER=<name>: loads `worker`, reads its settings with its own, calls `open`      |
 * | `headroom local <name>`     | makes what `needs` lists, starts both, and shows `sample` as a curl command             |
 *
 * Settings have the names that users of the system know. Those of the worker itself (QUEUE_URL, SLOTS) may have a second
 * name here (`otherNames`) and another default (`usual`).
 */
export interface Pipeline {
  /** As in `headroom api <name>` and HANDLER; also the name of its folder. */
  readonly name: string;
  /** What it is, in a sentence without a full stop. */
  readonly summary: string;
  /** Id of its scenario in the gallery. */
  readonly scenarioId: string;
  /** What has to be there for it to run. */
  readonly needs: readonly Need[];
  /** Settings of API and worker that `headroom local` makes beside those of its needs. Default: none. */
  readonly localSettings?: Readonly<Record<string, string>>;
  /**
   * How many times the scenario's traffic `headroom local` sends, where that is too quiet to be watched, and what it says of
   * that, a sentence. Default: the traffic as it is.
   */
  readonly localPace?: { readonly scale: number; readonly said: string };
  /** Name of its page in the web build, which its API serves at `/<name>.html`. Default: it has none. */
  readonly page?: string;
  /** A request that it takes. */
  readonly sample: SampleRequest;
  readonly api: () => Promise<ApiPart>;
  readonly worker: () => Promise<WorkerPart>;
}

/**
 * Something that a pipeline works on. `setting` is the environment variable by which API and worker find it: a queue by its
 * URL, a topic by its ARN, the rest by name. A pipeline has one queue; its figures come from its scenario. PostgreSQL is
 * found by DATABASE_HOST, DATABASE_PORT, DATABASE_NAME, DATABASE_USER and DATABASE_PASSWORD.
 */
export type Need =
  | { readonly kind: "queue"; readonly setting: string }
  /** Delivers to the queue. With `isRaw` messages arrive as they were published, else in the envelope of SNS. */
  | { readonly kind: "topic"; readonly setting: string; readonly isRaw: boolean }
  | { readonly kind: "bucket"; readonly setting: string }
  /** `expiresAttribute` holds epoch seconds, after which DynamoDB deletes the item. */
  | { readonly kind: "table"; readonly setting: string; readonly hashKey: string; readonly expiresAttribute?: string }
  /** A SecureString in the Parameter Store: the token that callers have to show. */
  | { readonly kind: "token"; readonly setting: string }
  | { readonly kind: "postgres" };

export interface SampleRequest {
  readonly method: "GET" | "POST";
  readonly path: string;
  /** Whether it has to show a token: `Authorization: Bearer …`. */
  readonly needsToken: boolean;
  /** Sent as JSON. */
  readonly body: unknown;
  /** Body of the n-th of many such requests, from 1, where they have to differ. Default: always the same. */
  readonly nthBody?: (number: number) => unknown;
}

/** The side that takes requests. */
export interface ApiPart<Shape extends z.ZodRawShape = z.ZodRawShape> {
  /** What it needs beside the settings of every API (`runtime/ingest/settings.ts`). */
  readonly settings: SettingsSchema<Shape>;
  /** Setting that holds the URL of the queue or the ARN of the topic it sends to: its region is used when AWS_REGION is not set. */
  readonly address: keyof Shape & string;
  /** Settings, whole numbers, that hold for a machine: of several processes each is given its share. Default: none. */
  readonly divided?: readonly (keyof Shape & string)[];
  /** Opens what the routes work with. Connections are made when they are first used: opening waits for nobody. */
  open(settings: z.output<z.ZodObject<Shape>>, surroundings: Surroundings): OpenRoutes | Promise<OpenRoutes>;
}

export interface OpenRoutes {
  /** Adds its routes (`api.openapi(route, handler)`). Faults are thrown as `RequestProblem` (`runtime/ingest/problem.ts`). */
  mount(api: Api): void;
  /** The queue whose depth `/metrics` tells; undefined when it is not known. */
  readonly queueUrl: string | undefined;
  close(): void | Promise<void>;
}

/** The side that works on messages. */
export interface WorkerPart<Shape extends z.ZodRawShape = z.ZodRawShape> {
  /** What it needs beside the worker's settings, and how the worker's are called and set here (`otherNames`, `usual`). */
  readonly settings: SettingsSchema<Shape>;
  open(settings: WorkerPartSettings<Shape>, surroundings: Surroundings): OpenHandler | Promise<OpenHandler>;
}

/** Its own settings, and where the worker's queue is. */
export type WorkerPartSettings<Shape extends z.ZodRawShape> = z.output<z.ZodObject<Shape>> & { readonly QUEUE_URL: string };

export interface OpenHandler {
  readonly handler: Handler;
  close(): void | Promise<void>;
}

/** Makes a part: what it is given when it is opened has the types of its settings. */
export function apiPart<Shape extends z.ZodRawShape>(part: ApiPart<Shape>): ApiPart {
  return part as unknown as ApiPart;
}

export function workerPart<Shape extends z.ZodRawShape>(part: WorkerPart<Shape>): WorkerPart {
  return part as unknown as WorkerPart;
}

/** What both sides are given. */
export interface Surroundings {
  /** For the clients in `runtime/aws`; the endpoint is undefined for AWS's own. */
  readonly aws: { readonly region: string; readonly endpoint: string | undefined };
  readonly log: Logger;
  readonly clock: Clock;
  /** The time of day, milliseconds since 1970. */
  readonly epochMs: () => number;
  /**
   * The process cannot go on with what it was started with, such as a password that was changed since: it finishes what it
   * has, and ends with code 75, so that whoever starts it does so anew.
   */
  readonly startAnew: (reason: string) => void;
  /** Figures added here are told on `/metrics`. */
  readonly registry: Registry;
}

/** What a pipeline adds its routes to. */
export type Api = OpenAPIHono<ApiContext>;

/** What a route finds in its context. */
export interface ApiContext {
  Variables: {
    readonly requestId: string;
    /** Writes with the request's id. */
    readonly log: Logger;
    readonly callers: Callers;
  };
}
