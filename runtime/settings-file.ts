import { readFileSync } from "node:fs";
import { SettingsProblem, type SettingSources } from "./settings.ts";

/**
 * Reads a settings file: JSON, one object of names and values.
 *
 * @throws {SettingsProblem} When it cannot be read, or is no JSON.
 */
export function readSettingsFile(path: string): NonNullable<SettingSources["file"]> {
  try {
    return { path, values: JSON.parse(readFileSync(path, "utf8")) as unknown };
  } catch (error) {
    const fault =
      error instanceof SyntaxError ? `is no JSON: ${error.message}` : error instanceof Error ? `cannot be read: ${error.message}` : "";
    throw new SettingsProblem([`${path} ${fault}`]);
  }
}
