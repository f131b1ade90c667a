import { formatDuration, formatShare } from "../../measure/format.ts";

/** "1 min 30 s". */
export function seconds(sec: number): string {
  return formatDuration(sec * 1000);
}

/** "about 82 %", "all": of shares that are drawn at random, two digits are what is known. */
export function about(share: number): string {
  return share >= 0.995 ? "all" : `about ${formatShare(Number(share.toPrecision(2)))}`;
}

/** The sentence with a capital letter at its start. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
