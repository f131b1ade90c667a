/**
 * What reads scenarios and files, with the schema library behind it, and what writes files: loaded when it is first asked
 * for, so that the first view, which does neither, does not wait for it.
 */
export { readScenario, resultCsv, resultJson } from "../../sim/index.ts";
export { readFile } from "./read-file.ts";
