/**
 * What reads scenarios and files, with the schema library behind it: loaded when it is first asked for, so that the first
 * view, which reads nothing, does not wait for it.
 */
export { readScenario } from "../../sim/index.ts";
export { readFile } from "./read-file.ts";
