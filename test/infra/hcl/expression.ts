/**
 * Reads HCL expressions and templates. The files as such are read by HashiCorp's own parser (`module-files.ts`), which
 * leaves expressions as text; here they become trees that `evaluate.ts` computes, so that a configuration can be looked
 * at with all its variables filled in, without Terraform and without a provider.
 */
export type Node =
  | { readonly kind: "literal"; readonly value: string | number | boolean | null }
  | { readonly kind: "template"; readonly parts: readonly Part[] }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "attribute"; readonly of: Node; readonly name: string }
  | { readonly kind: "index"; readonly of: Node; readonly by: Node }
  | { readonly kind: "splat"; readonly of: Node; readonly each: Node; readonly variable: string }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Node[]; readonly spread: boolean }
  | { readonly kind: "unary"; readonly operator: "!" | "-"; readonly of: Node }
  | { readonly kind: "binary"; readonly operator: string; readonly left: Node; readonly right: Node }
  | { readonly kind: "choice"; readonly condition: Node; readonly then: Node; readonly otherwise: Node }
  | { readonly kind: "tuple"; readonly items: readonly Node[] }
  | { readonly kind: "object"; readonly items: readonly (readonly [key: Node, value: Node])[] }
  | ForNode;

export interface ForNode {
  readonly kind: "for";
  readonly key: string | undefined;
  readonly value: string;
  readonly over: Node;
  /** Undefined for a list. */
  readonly resultKey: Node | undefined;
  readonly result: Node;
  readonly condition: Node | undefined;
  readonly grouped: boolean;
}

/** A piece of a template. */
export type Part =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "value"; readonly value: Node; readonly trims: Trims }
  | { readonly kind: "if"; readonly condition: Node; readonly then: readonly Part[]; readonly otherwise: readonly Part[] }
  | {
      readonly kind: "each";
      readonly key: string | undefined;
      readonly value: string;
      readonly over: Node;
      readonly parts: readonly Part[];
    };

interface Trims {
  readonly before: boolean;
  readonly after: boolean;
}

/** An expression by itself, as `var.queue.name`. */
export function parseExpression(source: string): Node {
  const parser = new Parser(source);
  const node = parser.expression();
  parser.end();
  return node;
}

/** Text with `${…}` and `%{…}` in it, without backslash escapes: a template file, or a string as the JSON form has it. */
export function parseTemplate(source: string): Node {
  const parts = new Parser(source).template("file");
  const [only] = parts;
  if (parts.length === 1 && only?.kind === "value") return only.value;
  return simplified(parts);
}

const LEVELS = [["||"], ["&&"], ["==", "!="], ["<=", ">=", "<", ">"], ["+", "-"], ["*", "/", "%"]] as const;
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\" };

class Parser {
  private readonly source: string;
  private at = 0;
  private splats = 0;

  constructor(source: string) {
    this.source = source;
  }

  end(): void {
    this.skip();
    if (this.at < this.source.length) this.fail("expects the end");
  }

  expression(): Node {
    const condition = this.level(0);
    if (!this.accept("?")) return condition;
    const then = this.expression();
    this.expect(":");
    return { kind: "choice", condition, then, otherwise: this.expression() };
  }

  private level(index: number): Node {
    const operators = LEVELS[index];
    if (operators === undefined) return this.unary();
    let left = this.level(index + 1);
    for (;;) {
      const operator = operators.find((candidate) => this.accept(candidate));
      if (operator === undefined) return left;
      left = { kind: "binary", operator, left, right: this.level(index + 1) };
    }
  }

  private unary(): Node {
    if (this.accept("!")) return { kind: "unary", operator: "!", of: this.unary() };
    if (this.accept("-")) return { kind: "unary", operator: "-", of: this.unary() };
    return this.postfix(this.primary());
  }

  private postfix(start: Node): Node {
    let node = start;
    for (;;) {
      if (this.take("[*]") || this.take(".*")) {
        const variable = `*${String((this.splats += 1))}`;
        return { kind: "splat", of: node, variable, each: this.postfix({ kind: "name", name: variable }) };
      }
      if (this.take("[")) {
        const by = this.expression();
        this.expect("]");
        node = { kind: "index", of: node, by };
      } else if (this.source[this.at] === "." && this.source[this.at + 1] !== ".") {
        this.at += 1;
        const name = this.match(/[\w-]+/y) ?? this.fail("expects a name after the dot");
        node = { kind: "attribute", of: node, name };
      } else {
        return node;
      }
    }
  }

  private primary(): Node {
    this.skip();
    if (this.take("(")) {
      const inner = this.expression();
      this.expect(")");
      return inner;
    }
    if (this.take('"')) return simplified(this.template("string"));
    if (this.take("[")) return this.tuple();
    if (this.take("{")) return this.object();
    const number = this.match(/\d+(\.\d+)?([eE][+-]?\d+)?/y);
    if (number !== undefined) return { kind: "literal", value: Number(number) };
    const name = this.match(/[A-Za-z_][\w-]*/y) ?? this.fail("expects a value");
    if (name === "true" || name === "false") return { kind: "literal", value: name === "true" };
    if (name === "null") return { kind: "literal", value: null };
    return this.take("(") ? this.call(name) : { kind: "name", name };
  }

  private call(name: string): Node {
    const args: Node[] = [];
    let spread = false;
    while (!this.accept(")")) {
      args.push(this.expression());
      spread = this.accept("...");
      if (!this.accept(",")) {
        this.expect(")");
        break;
      }
    }
    return { kind: "call", name, args, spread };
  }

  private tuple(): Node {
    if (this.word("for")) return this.forExpression("]");
    const items: Node[] = [];
    while (!this.accept("]")) {
      items.push(this.expression());
      if (!this.accept(",")) {
        this.expect("]");
        break;
      }
    }
    return { kind: "tuple", items };
  }

  private object(): Node {
    if (this.word("for")) return this.forExpression("}");
    const items: [Node, Node][] = [];
    while (!this.accept("}")) {
      const key = this.expression();
      if (!this.accept("=")) this.expect(":");
      items.push([key.kind === "name" ? { kind: "literal", value: key.name } : key, this.expression()]);
      this.accept(",");
    }
    return { kind: "object", items };
  }

  private forExpression(closing: "]" | "}"): Node {
    const { key, value } = this.variables();
    this.expectWord("in");
    const over = this.expression();
    this.expect(":");
    const first = this.expression();
    const keyed = closing === "}";
    if (keyed) this.expect("=>");
    const result = keyed ? this.expression() : first;
    const grouped = this.accept("...");
    const condition = this.word("if") ? this.expression() : undefined;
    this.expect(closing);
    return { kind: "for", key, value, over, resultKey: keyed ? first : undefined, result, condition, grouped };
  }

  private variables(): { readonly key: string | undefined; readonly value: string } {
    this.skip();
    const first = this.match(/[A-Za-z_]\w*/y) ?? this.fail("expects the name of a variable");
    if (!this.accept(",")) return { key: undefined, value: first };
    this.skip();
    return { key: first, value: this.match(/[A-Za-z_]\w*/y) ?? this.fail("expects the name of a variable") };
  }

  /** Parts up to the closing quote, the end of the file, or the directive that ends a block (left to the caller). */
  template(until: "string" | "file"): Part[] {
    const parts: Part[] = [];
    let text = "";
    const flush = () => {
      if (text !== "") parts.push({ kind: "text", text });
      text = "";
    };
    for (;;) {
      const character = this.source[this.at];
      if (character === undefined) {
        if (until === "string") this.fail("misses a closing quote");
        break;
      }
      if (until === "string" && this.take('"')) break;
      if (until === "string" && character === "\\") text += this.escape();
      else if (this.take("$${")) text += "${";
      else if (this.take("%%{")) text += "%{";
      else if (this.take("${")) {
        flush();
        parts.push(this.interpolation());
      } else if (this.source.startsWith("%{", this.at)) {
        if (/^%\{~?\s*(else|endif|endfor)\b/.test(this.source.slice(this.at))) break;
        flush();
        parts.push(this.directive(until));
      } else {
        text += character;
        this.at += 1;
      }
    }
    flush();
    return trimmed(parts);
  }

  private interpolation(): Part {
    const before = this.take("~");
    const value = this.expression();
    const after = this.accept("~");
    this.expect("}");
    return { kind: "value", value, trims: { before, after } };
  }

  private directive(until: "string" | "file"): Part {
    this.open();
    if (this.word("if")) {
      const condition = this.expression();
      this.close();
      const then = this.template(until);
      const otherwise = this.closes("else") ? this.template(until) : [];
      if (!this.closes("endif")) this.fail("misses an endif");
      return { kind: "if", condition, then, otherwise };
    }
    if (!this.word("for")) this.fail("knows only if and for");
    const { key, value } = this.variables();
    this.expectWord("in");
    const over = this.expression();
    this.close();
    const parts = this.template(until);
    if (!this.closes("endfor")) this.fail("misses an endfor");
    return { kind: "each", key, value, over, parts };
  }

  /** Whitespace before a directive with a tilde has been read as text already; after it, it is skipped here. */
  private open(): void {
    if (!this.take("%{~")) this.take("%{");
  }

  private close(): void {
    const trims = this.accept("~");
    this.expect("}");
    if (trims) this.match(/\s*/y);
  }

  private closes(word: string): boolean {
    const start = this.at;
    this.open();
    if (this.word(word)) {
      this.close();
      return true;
    }
    this.at = start;
    return false;
  }

  private escape(): string {
    this.at += 1;
    const letter = this.source.charAt(this.at);
    this.at += 1;
    if (letter === "u") {
      const code = this.match(/[0-9a-fA-F]{4}/y) ?? this.fail("expects four hexadecimal digits");
      return String.fromCodePoint(Number.parseInt(code, 16));
    }
    return ESCAPES[letter] ?? this.fail("knows no such escape");
  }

  private skip(): void {
    this.match(/(?:\s|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y);
  }

  /** The symbol at this very place. */
  private take(symbol: string): boolean {
    if (!this.source.startsWith(symbol, this.at)) return false;
    this.at += symbol.length;
    return true;
  }

  /** The symbol after any whitespace; not a longer one that begins alike. */
  private accept(symbol: string): boolean {
    const start = this.at;
    this.skip();
    const longer = symbol === "=" ? ["==", "=>"] : symbol === "!" ? ["!="] : [];
    if (!longer.some((other) => this.source.startsWith(other, this.at)) && this.take(symbol)) return true;
    this.at = start;
    return false;
  }

  private expect(symbol: string): void {
    if (!this.accept(symbol)) this.fail(`expects ${symbol}`);
  }

  private word(word: string): boolean {
    const start = this.at;
    this.skip();
    if (this.match(/[A-Za-z]+\b/y) === word) return true;
    this.at = start;
    return false;
  }

  private expectWord(word: string): void {
    if (!this.word(word)) this.fail(`expects ${word}`);
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.source)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  private fail(problem: string): never {
    throw new SyntaxError(`The expression ${problem} at character ${String(this.at + 1)}: ${this.source}`);
  }
}

/** A string without anything to compute is a literal. */
function simplified(parts: readonly Part[]): Node {
  if (parts.every((part) => part.kind === "text")) return { kind: "literal", value: parts.map(({ text }) => text).join("") };
  return { kind: "template", parts };
}

/** Carries out the tildes of interpolations on the text beside them. */
function trimmed(parts: readonly Part[]): Part[] {
  return parts.map((part, index): Part => {
    if (part.kind !== "text") return part;
    const [before, after] = [parts[index - 1], parts[index + 1]];
    let { text } = part;
    if (before?.kind === "value" && before.trims.after) text = text.trimStart();
    if (after?.kind === "value" && after.trims.before) text = text.trimEnd();
    return { kind: "text", text };
  });
}
