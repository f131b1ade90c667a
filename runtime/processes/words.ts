import type { Registry } from "prom-client";

/**
 * What the primary and the members say to one another. The primary starts the members, each of which does a share of the
 * machine's work, and looks after them; it does none of the work itself.
 */

/** From a member. The first word has to come within the silence limit, and one at least in every such time after it. */
export type Report =
  /** Nothing but that it is not kept from its work. */
  | { readonly type: "alive" }
  /** It does its work from now on; `port` if it listens somewhere. */
  | { readonly type: "begun"; readonly port: number | undefined }
  /** It has done as much as it is to do, and makes room for another. */
  | { readonly type: "worn" }
  /** It works on something, or no longer does. */
  | { readonly type: "busy"; readonly isBusy: boolean }
  /** It is about to end: its figures as they are now will not change any more. */
  | { readonly type: "ending"; readonly figures: Figures };

/** From the primary: finish what you have, and end. */
export interface EndOrder {
  readonly type: "end";
  readonly reason: string;
  /** Within less than its own limit; undefined for that. */
  readonly withinMs: number | undefined;
  /** Whether this member alone has to go, and the machine goes on with its work. */
  readonly isAlone: boolean;
}

/** What a member asks of the primary, and what it is answered. */
export interface Questions {
  /** The machine's figures, as Prometheus reads them. */
  readonly metrics: { readonly asked: undefined; readonly answer: string };
  /** A caller makes one more request: how many has it made, and until when do they count, milliseconds since 1970? */
  readonly count: { readonly asked: string; readonly answer: { readonly totalHits: number; readonly resetAt: number } };
}

/** What a member has counted. */
export interface Figures {
  /** As `getMetricsAsJSON` of a registry tells them. */
  readonly metrics: Readonly<Awaited<ReturnType<Registry["getMetricsAsJSON"]>>>;
  /** Further figures of the program's own: numbers, in objects of any depth. */
  readonly counts: Counts;
  /** What it is doing; not added up. */
  readonly view: unknown;
}

export interface Counts {
  readonly [name: string]: number | Counts;
}

/** What goes over the channel between the two. */
export type Frame =
  | { readonly frame: "said"; readonly word: Report | EndOrder }
  | { readonly frame: "asked"; readonly id: number; readonly what: string; readonly about: unknown }
  | { readonly frame: "answered"; readonly id: number; readonly answer: unknown };

export function isFrame(message: unknown): message is Frame {
  return typeof message === "object" && message !== null && "frame" in message;
}
