import type { LoadMessage } from "./target.ts";

/** Makes the text of each message. */
export type Bodies = (message: LoadMessage) => string;

/**
 * Bodies in JSON: which message of which run it is, and its class. With `emulate` also how long its job takes and how
 * many attempts fail, as `headroom worker --handler emulate` reads them. Filled up with `padding` to the message's size.
 */
export function jsonBodies(run: string, isEmulated: boolean): Bodies {
  return (message) => {
    const { number, className, serviceMs, failedAttempts, sizeBytes } = message;
    const content = {
      run,
      number,
      class: className,
      ...(isEmulated ? { serviceTimeMs: serviceMs, failedAttempts: Math.min(failedAttempts, NEVER) } : {}),
    };
    const short = JSON.stringify(content);
    const missing = sizeBytes - short.length - (PADDING.length - 1);
    return missing < 0 ? short : `${short.slice(0, -1)}${PADDING.replace("~", "x".repeat(missing))}}`;
  };
}

/**
 * Bodies from a text with places to fill: `{{number}}`, `{{run}}`, `{{class}}`, `{{serviceTimeMs}}`, `{{failedAttempts}}`,
 * `{{group}}`.
 *
 * @throws {RangeError} When the text has a place that nothing fills.
 */
export function templateBodies(run: string, template: string): Bodies {
  const unknown = [...template.matchAll(PLACE)].map(([, name = ""]) => name).filter((name) => !PLACES.includes(name));
  if (unknown.length > 0) throw new RangeError(`it has a place {{${unknown.join("}}, {{")}}}, and there are {{${PLACES.join("}}, {{")}}}`);
  return ({ number, className, serviceMs, failedAttempts, group }) => {
    const values: Readonly<Record<string, string | number>> = {
      number,
      run,
      class: className,
      serviceTimeMs: serviceMs,
      failedAttempts: Math.min(failedAttempts, NEVER),
      group: group ?? 0,
    };
    return template.replace(PLACE, (_, name: string) => String(values[name]));
  };
}

const PLACE = /\{\{(\w+)\}\}/g;
const PLACES = ["number", "run", "class", "serviceTimeMs", "failedAttempts", "group"];
const PADDING = ',"padding":"~"';
/** JSON knows no Infinity: more attempts than any queue allows. */
const NEVER = 1_000_000;
