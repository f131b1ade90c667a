import type { Fault } from "./faults.ts";

/**
 * Says where a text stops being JSON and what was expected there. Engines word this differently and some give no
 * position, so that the place is found by reading the text once more; `undefined` for a text that is JSON.
 *
 * It keeps its own stack: a thousand brackets deep is no reason to fall over.
 */
export function jsonFault(text: string): Fault | undefined {
  const scanner = new Scanner(text);
  const stop = scanner.run();
  if (stop === undefined) return undefined;
  const lineStart = text.lastIndexOf("\n", stop.offset - 1) + 1;
  let line = 1;
  for (let index = text.indexOf("\n"); index !== -1 && index < stop.offset; index = text.indexOf("\n", index + 1)) line += 1;
  return {
    code: "syntax",
    path: "",
    line,
    column: stop.offset - lineStart + 1,
    problem: stop.problem ?? `expected ${stop.expected}, found ${found(text, stop.offset)}`,
    mend: stop.mend,
  };
}

interface Stop {
  readonly offset: number;
  readonly expected: string;
  readonly problem?: string;
  readonly mend: string;
}

type Expecting = "value" | "value or close" | "name" | "name or close" | "colon" | "comma or close" | "end";

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /[A-Za-z_$][\w$]*/y;

class Scanner {
  private readonly text: string;
  private offset = 0;
  private readonly open: ("{" | "[")[] = [];
  private expecting: Expecting = "value";

  constructor(text: string) {
    this.text = text;
  }

  run(): Stop | undefined {
    for (;;) {
      while (this.offset < this.text.length && " \t\r\n".includes(this.text.charAt(this.offset))) this.offset += 1;
      const character = this.text.charAt(this.offset);
      if (character === "" && this.expecting === "end") return undefined;
      const stop = character === "" ? this.endOfText() : this.step(character);
      if (stop !== undefined) return stop;
    }
  }

  private step(character: string): Stop | undefined {
    switch (this.expecting) {
      case "value":
        return this.value(character);
      case "value or close":
        return character === "]" ? this.close() : this.value(character);
      case "name":
        return this.name(character);
      case "name or close":
        return character === "}" ? this.close() : this.name(character);
      case "colon":
        if (character !== ":") return this.stop(`":" and a value`, "put a colon between the name and its value");
        return this.take("value");
      case "comma or close":
        return this.commaOrClose(character);
      case "end":
        return this.stop("the end of the text", "remove what follows the closing bracket");
    }
  }

  private value(character: string): Stop | undefined {
    if (character === "{" || character === "[") {
      this.open.push(character);
      return this.take(character === "{" ? "name or close" : "value or close");
    }
    if (character === '"') return this.string();
    NUMBER.lastIndex = this.offset;
    const number = NUMBER.exec(this.text);
    if (number !== null) return this.number(number[0]);
    WORD.lastIndex = this.offset;
    const word = WORD.exec(this.text)?.[0];
    if (word === "true" || word === "false" || word === "null") return this.take(this.afterValue(), word.length);
    return this.stop("a value", this.mendValue(character, word));
  }

  private mendValue(character: string, word: string | undefined): string {
    if (character === "}" || character === "]") {
      const before = this.text.slice(0, this.offset).trimEnd().at(-1);
      if (before === ",") return "remove the comma before it";
      return before === ":" ? "give the value that is missing" : "close the list with ] first";
    }
    if (character === "'") return "put texts in double quotes";
    if (character === "/") return "remove the comment: JSON has none";
    if (character === "+" || character === ".") return "start numbers with a digit or a minus sign";
    if (word === "NaN" || word === "Infinity" || word === "undefined" || word === "None")
      return "write a number, or null where it is allowed";
    if (word === "True" || word === "False") return `write ${word.toLowerCase()}`;
    return "give a number, a text in double quotes, true, false, null, a list or an object";
  }

  private number(number: string): Stop | undefined {
    const after = this.text.charAt(this.offset + number.length);
    if (!/[\w.]/.test(after)) return this.take(this.afterValue(), number.length);
    const offset = this.offset + number.length;
    const mend = number === "0" || number === "-0" ? "write the number without leading zeros" : "write the number in digits, as 0.5 or 1e6";
    return { offset, expected: "the end of the number", mend };
  }

  private name(character: string): Stop | undefined {
    if (character === '"') return this.string();
    const mend =
      character === "}"
        ? "remove the comma before it"
        : character === "/"
          ? "remove the comment: JSON has none"
          : "put the name of the field in double quotes";
    return this.stop("the name of a field in double quotes", mend);
  }

  private string(): Stop | undefined {
    for (let index = this.offset + 1; index < this.text.length; index += 1) {
      const character = this.text.charAt(index);
      if (character === '"') {
        const next = this.expecting === "name" || this.expecting === "name or close" ? "colon" : this.afterValue();
        return this.take(next, index + 1 - this.offset);
      }
      if (character < " ") {
        return {
          offset: index,
          expected: "the rest of the text or its closing quote",
          mend: 'close the text with ", and write line breaks and tabs in it as \\n and \\t',
        };
      }
      if (character === "\\") {
        if (!/^(?:["\\/bfnrt]|u[\da-fA-F]{4})/.test(this.text.slice(index + 1, index + 6))) {
          return { offset: index + 1, expected: "an escape that JSON knows", mend: String.raw`write a backslash itself as \\` };
        }
        index += 1;
      }
    }
    const problem = "the text that starts here has no closing quote";
    return { offset: this.offset, expected: "", problem, mend: "close it with a double quote" };
  }

  private commaOrClose(character: string): Stop | undefined {
    const bracket = this.open.at(-1) === "{" ? "}" : "]";
    if (character === bracket) return this.close();
    if (character === ",") return this.take(bracket === "}" ? "name" : "value");
    const mend =
      character === "}" || character === "]"
        ? `close the ${bracket === "}" ? "object with }" : "list with ]"} first`
        : "put a comma between two entries";
    return this.stop(`"," or "${bracket}"`, mend);
  }

  private endOfText(): Stop {
    if (this.open.length === 0)
      return { offset: this.offset, expected: "", problem: "the text is empty", mend: "give a scenario: an object in braces" };
    const missing = this.open.map((bracket) => (bracket === "{" ? "}" : "]")).reverse();
    const mend =
      missing.length > 8
        ? `close the ${String(missing.length)} brackets that are open`
        : `the brackets still open want ${missing.join("")}`;
    return { offset: this.offset, expected: "", problem: "the text ends in the middle of an object or a list", mend };
  }

  private close(): Stop | undefined {
    this.open.pop();
    return this.take(this.afterValue());
  }

  private afterValue(): Expecting {
    return this.open.length === 0 ? "end" : "comma or close";
  }

  /** Goes on behind what was read: there is nothing to stop for. */
  private take(next: Expecting, length = 1): Stop | undefined {
    this.offset += length;
    this.expecting = next;
    return undefined;
  }

  private stop(expected: string, mend: string): Stop {
    return { offset: this.offset, expected, mend };
  }
}

function found(text: string, offset: number): string {
  const character = text.charAt(offset);
  if (character === "") return "the end of the text";
  if (character === "\n" || character === "\r") return "the end of the line";
  return character === '"' ? "a double quote" : JSON.stringify(String.fromCodePoint(text.codePointAt(offset) ?? 0));
}
