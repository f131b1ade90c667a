// The house's own lint rules: the import law, import cycles, and what must stay out of the pure folders.

import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import ts from "typescript";
import { objectionTo } from "./import-law.js";

/** @import { Rule } from "eslint" */

const ROOT = import.meta.dirname;

/**
 * Calls back for everything in a module that names another one.
 *
 * @param {(source: any) => void} visit
 * @returns {Rule.RuleListener}
 */
function eachImport(visit) {
  const literal = (/** @type {any} */ source) => {
    if (typeof source?.value === "string") visit(source);
  };
  return {
    ImportDeclaration: (node) => literal(node.source),
    ExportAllDeclaration: (node) => literal(node.source),
    ExportNamedDeclaration: (node) => literal(node.source),
    ImportExpression: (node) => literal(node.source),
    TSImportType: (/** @type {any} */ node) => literal(node.source ?? node.argument?.literal),
    "NewExpression[callee.name='URL'][arguments.1.type='MemberExpression']": (/** @type {any} */ node) => {
      if (/^\.{1,2}\/.*\.[jt]sx?$/.test(node.arguments[0]?.value ?? "")) literal(node.arguments[0]);
    },
  };
}

/** @type {Rule.RuleModule} */
const importLaw = {
  meta: { type: "problem", schema: [], messages: { unlawful: "{{objection}}" } },
  create(context) {
    const file = relative(ROOT, context.filename).replaceAll("\\", "/");
    return eachImport((source) => {
      const objection = objectionTo(file, source.value);
      if (objection !== undefined) context.report({ node: source, messageId: "unlawful", data: { objection } });
    });
  },
};

/** @type {Rule.RuleModule} */
const noCycles = {
  meta: {
    type: "problem",
    schema: [],
    messages: { cycle: "Imports form a circle: {{path}}. Move what both need into a module of its own." },
  },
  create(context) {
    return eachImport((source) => {
      const start = fileNamed(source.value, context.filename);
      if (start === undefined) return;
      const circle = pathBetween(start, context.filename);
      if (circle === undefined) return;
      const path = [context.filename, ...circle].map((file) => relative(ROOT, file).replaceAll("\\", "/")).join(" → ");
      context.report({ node: source, messageId: "cycle", data: { path } });
    });
  },
};

/**
 * Powers of two are exact in every engine; other powers, like the functions in `Math`, are rounded as each likes.
 *
 * @type {Rule.RuleModule}
 */
const exactPowers = {
  meta: {
    type: "problem",
    schema: [],
    messages: { inexact: "Engines round `**` differently except for powers of 2: multiply instead, or use sim/kernel/exact-math.ts." },
  },
  create(context) {
    const check = (/** @type {any} */ node) => {
      if (node.left.type !== "Literal" || node.left.value !== 2) context.report({ node, messageId: "inexact" });
    };
    return { "BinaryExpression[operator='**']": check, "AssignmentExpression[operator='**=']": check };
  },
};

export default { rules: { "import-law": importLaw, "no-cycles": noCycles, "exact-powers": exactPowers } };

/**
 * The way from one file along its imports to another, if there is one.
 *
 * @param {string} from
 * @param {string} to
 * @returns {string[] | undefined}
 */
function pathBetween(from, to) {
  const cameFrom = new Map([[from, ""]]);
  for (const file of cameFrom.keys()) {
    if (file === to) {
      const path = [];
      for (let step = file; step !== ""; step = cameFrom.get(step) ?? "") path.unshift(step);
      return path;
    }
    for (const next of importsOf(file)) if (!cameFrom.has(next)) cameFrom.set(next, file);
  }
  return undefined;
}

/** @type {Map<string, { changed: number, imports: string[] }>} */
const known = new Map();

/**
 * @param {string} file
 * @returns {string[]}
 */
function importsOf(file) {
  const changed = statSync(file).mtimeMs;
  const cached = known.get(file);
  if (cached?.changed === changed) return cached.imports;
  const imports = ts
    .preProcessFile(readFileSync(file, "utf8"))
    .importedFiles.map((reference) => fileNamed(reference.fileName, file))
    .filter((target) => target !== undefined);
  known.set(file, { changed, imports });
  return imports;
}

/**
 * @param {string} specifier
 * @param {string} importer
 */
function fileNamed(specifier, importer) {
  if (!/^\.{1,2}\/.*\.[jt]sx?$/.test(specifier)) return undefined;
  const file = resolve(join(dirname(importer), specifier));
  return existsSync(file) ? file : undefined;
}
