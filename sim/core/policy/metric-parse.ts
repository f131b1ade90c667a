import { METRIC_NAMES } from "./policy.ts";
import type { BinaryOperator, MetricExpression, MetricNode } from "./metric-math.ts";

/** What is wrong with the text of an expression, and where. */
export interface MetricFault {
  /** Offset in the text, from 0. */
  readonly at: number;
  /** "expects a closing bracket, and finds the end". */
  readonly problem: string;
}

export type ParsedMetric =
  { readonly ok: true; readonly expression: MetricExpression } | { readonly ok: false; readonly fault: MetricFault };

/**
 * Reads the text of a metric expression (metric-math.ts): numbers, names of metrics, brackets, + − × ÷ (or - * /),
 * comparisons (> >= < <= == !=), AND, OR, FILL(m, number | REPEAT | LINEAR) and IF(c, a, b). × and ÷ bind tightest, then
 * + and −, comparisons, AND, OR.
 *
 * @param known Names that an expression may use: those of a scenario's metrics, or the ids of a query's.
 */
export function parseMetric(text: string, known: readonly string[] = METRIC_NAMES): ParsedMetric {
  const parser = new Parser(text, known);
  try {
    const root = parser.whole();
    return { ok: true, expression: { text, names: [...parser.names], root } };
  } catch (error) {
    if (error instanceof ParseError) return { ok: false, fault: { at: error.at, problem: error.problem } };
    throw error;
  }
}

interface Token {
  readonly text: string;
  readonly at: number;
}

/** Binary operators by how tightly they bind, the loosest first; all group to the left. */
const LEVELS: readonly Readonly<Record<string, BinaryOperator>>[] = [
  { OR: "OR", "||": "OR" },
  { AND: "AND", "&&": "AND" },
  { ">": ">", ">=": ">=", "<": "<", "<=": "<=", "==": "==", "!=": "!=", "≥": ">=", "≤": "<=" },
  { "+": "+", "-": "-", "−": "-" },
  { "*": "*", "/": "/", "×": "*", "÷": "/" },
];

/** Deeper than anyone nests, and far from where a call stack ends. */
const DEEPEST = 100;

class Parser {
  readonly names = new Set<string>();

  private readonly known: readonly string[];
  private readonly tokens: readonly Token[];
  private next = 0;
  private depth = 0;

  constructor(text: string, known: readonly string[]) {
    this.known = known;
    this.tokens = tokensOf(text);
  }

  whole(): MetricNode {
    const node = this.level(0);
    const { text, at } = this.peek();
    if (text !== "") throw new ParseError(at, `expects an operator or the end, and finds ${shown(text)}`);
    if (this.names.size === 0) throw new ParseError(0, "names no metric, so that there is nothing to watch");
    return node;
  }

  private level(index: number): MetricNode {
    const operators = LEVELS[index];
    if (operators === undefined) return this.operand();
    let left = this.level(index + 1);
    for (;;) {
      const { text } = this.peek();
      const operator = Object.hasOwn(operators, text) ? operators[text] : undefined;
      if (operator === undefined) return left;
      this.next += 1;
      left = { kind: "binary", operator, left, right: this.level(index + 1) };
    }
  }

  private operand(): MetricNode {
    const { text, at } = this.take();
    this.depth += 1;
    if (this.depth > DEEPEST) throw new ParseError(at, `is nested deeper than ${DEEPEST} levels`);
    const node = this.operandFrom(text, at);
    this.depth -= 1;
    return node;
  }

  private operandFrom(text: string, at: number): MetricNode {
    if (text === "(") {
      const inner = this.level(0);
      this.expect(")");
      return inner;
    }
    if (text === "-" || text === "−") {
      return { kind: "binary", operator: "*", left: { kind: "number", value: -1 }, right: this.operand() };
    }
    if (/^[\d.]/.test(text)) return { kind: "number", value: Number(text) };
    if (text === "FILL") return this.fill();
    if (text === "IF") return this.choice();
    const name = this.known.find((candidate) => candidate === text);
    if (name === undefined) {
      const expected = `expects a number, FILL, IF or a metric (${this.known.join(", ")})`;
      throw new ParseError(at, `${expected}, and finds ${shown(text)}`);
    }
    this.names.add(name);
    return { kind: "metric", name };
  }

  private fill(): MetricNode {
    this.expect("(");
    const of = this.level(0);
    this.expect(",");
    const { text, at } = this.take();
    const negative = text === "-" || text === "−";
    const word = negative ? this.take().text : text;
    this.expect(")");
    if (!negative && (word === "REPEAT" || word === "LINEAR")) return { kind: "fill", of, by: word };
    if (!/^[\d.]/.test(word)) throw new ParseError(at, `expects a number, REPEAT or LINEAR, and finds ${shown(text)}`);
    return { kind: "fill", of, by: negative ? -Number(word) : Number(word) };
  }

  private choice(): MetricNode {
    this.expect("(");
    const condition = this.level(0);
    this.expect(",");
    const then = this.level(0);
    this.expect(",");
    const otherwise = this.level(0);
    this.expect(")");
    return { kind: "if", condition, then, otherwise };
  }

  private expect(wanted: string): void {
    const { text, at } = this.take();
    if (text !== wanted) throw new ParseError(at, `expects "${wanted}", and finds ${shown(text)}`);
  }

  private peek(): Token {
    return this.tokens[this.next] as Token;
  }

  /** The last token, the empty one for the end, is given again and again. */
  private take(): Token {
    const token = this.peek();
    if (token.text !== "") this.next += 1;
    return token;
  }
}

/** The last token is empty and stands for the end. */
function tokensOf(text: string): Token[] {
  const pattern = /\s*(?:(\d+(?:\.\d*)?(?:e[+-]?\d+)?|\.\d+|\w+|&&|\|\||[<>=!]=|[()+\-−*×/÷<>≤≥,])|$)/giy;
  const tokens: Token[] = [];
  for (;;) {
    const from = pattern.lastIndex;
    const match = pattern.exec(text);
    if (match === null) {
      const at = from + text.slice(from).search(/\S/);
      return [...tokens, { text: text.slice(at, at + 1), at }, { text: "", at: text.length }];
    }
    const token = match[1] ?? "";
    tokens.push({ text: token, at: pattern.lastIndex - token.length });
    if (token === "") return tokens;
  }
}

function shown(text: string): string {
  return text === "" ? "the end" : `"${text}"`;
}

class ParseError extends Error {
  readonly at: number;
  readonly problem: string;

  constructor(at: number, problem: string) {
    super(problem);
    this.at = at;
    this.problem = problem;
  }
}
