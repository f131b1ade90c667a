/**
 * What reads scenarios and files, with the schema library behind it, and what writes files and gives reasons: loaded when it is first asked
 * for, so that the first view, which does neither, does not wait for it.
 */
export { explain, preflight, readScenario, resultCsv, resultJson, whatIfs } from "../../sim/index.ts";
export { readFile } from "./read-file.ts";
