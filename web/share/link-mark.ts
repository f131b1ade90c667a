/** How the part of an address after `#` begins when it carries an experiment. */
export const LINK_MARK = "#e";

/** Whether an address carries an experiment, readable or not. */
export function isLink(hash: string): boolean {
  return /^#e\d/.test(hash);
}
