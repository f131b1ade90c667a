import { deflateSync, Inflate, strFromU8, strToU8 } from "fflate";
import { LINK_MARK } from "./link-mark.ts";

/**
 * An experiment as the part of an address after `#`: JSON, deflated, in the alphabet of addresses (base64url), behind the
 * version of the format: `#e1.eJyr…`. A server never sees it. What comes back is only data, to be read like any other input.
 */
export interface Experiment {
  /** The scenario as it was loaded. */
  readonly base: unknown;
  /** As it was changed; left out when it was not. */
  readonly draft?: unknown;
  /** Other scenarios of a comparison. */
  readonly others?: readonly unknown[];
}

const VERSION = 1;
/** Chat programs and mail cut longer addresses off. */
const LONGEST_LINK = 32_000;
const MOST_OTHERS = 3;
/** A scenario with a recording of a hundred thousand counts has less; more is an attack on the memory. */
const MOST_BYTES = 4_000_000;
const PIECE = 4096;

export type MadeLink = { readonly ok: true; readonly hash: string } | { readonly ok: false; readonly problem: string };
export type ReadLink = { readonly ok: true; readonly experiment: Experiment } | { readonly ok: false; readonly problem: string };

export function linkOf(experiment: Experiment): MadeLink {
  const packed = deflateSync(strToU8(JSON.stringify(experiment)), { level: 9 });
  const hash = `${LINK_MARK}${String(VERSION)}.${toBase64Url(packed)}`;
  if (hash.length <= LONGEST_LINK) return { ok: true, hash };
  return {
    ok: false,
    problem: `The link would have ${String(Math.ceil(hash.length / 1000))} thousand characters, and many programs cut off what is longer than ${String(LONGEST_LINK / 1000)} thousand: send the scenario as a file instead.`,
  };
}

/** What a link says, with nothing believed yet but its outer form. It never throws. */
export function readLink(hash: string): ReadLink {
  const [, version, packed] = /^#e(\d{1,4})\.([\w-]*)$/.exec(hash) ?? [];
  if (version === undefined || packed === undefined)
    return refuse("it has characters that no link of Headroom has; it may have been cut off");
  if (Number(version) !== VERSION)
    return refuse(`it is of version ${version}, and this Headroom knows version ${String(VERSION)}; update Headroom`);
  let document: unknown;
  try {
    document = JSON.parse(inflated(fromBase64Url(packed)));
  } catch (error) {
    if (error instanceof RangeError) return refuse(error.message);
    return refuse("its content cannot be unpacked; it may have been cut off or changed on the way");
  }
  if (typeof document !== "object" || document === null || !("base" in document)) return refuse("it holds no scenario");
  const { base, draft, others } = document as { base: unknown; draft?: unknown; others?: unknown };
  if (others !== undefined && !(Array.isArray(others) && others.length <= MOST_OTHERS)) {
    return refuse(`it compares more than ${String(MOST_OTHERS + 1)} scenarios`);
  }
  return {
    ok: true,
    experiment: { base, ...(draft !== undefined && { draft }), ...(others !== undefined && { others: others as readonly unknown[] }) },
  };
}

function refuse(problem: string): ReadLink {
  return { ok: false, problem };
}

/** Unpacks piece by piece, so that a small link cannot become an endless text. */
function inflated(packed: Uint8Array): string {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  const inflate = new Inflate((part) => {
    bytes += part.length;
    if (bytes > MOST_BYTES) throw new RangeError(`unpacked it has more than ${String(MOST_BYTES / 1e6)} MB, which no scenario needs`);
    parts.push(part.slice());
  });
  for (let from = 0; from === 0 || from < packed.length; from += PIECE) {
    inflate.push(packed.subarray(from, from + PIECE), from + PIECE >= packed.length);
  }
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return new TextDecoder("utf-8", { fatal: true }).decode(whole);
}

function toBase64Url(bytes: Uint8Array): string {
  return btoa(strFromU8(bytes, true)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function fromBase64Url(text: string): Uint8Array {
  return strToU8(atob(text.replaceAll("-", "+").replaceAll("_", "/")), true);
}
