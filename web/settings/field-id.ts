/** The id of a field's input, for its label. */
export function idOf(path: string): string {
  return `field-${path.replaceAll(".", "-")}`;
}
