import type { Node, Part } from "../hcl/expression.ts";
import { FUNCTIONS } from "../hcl/functions.ts";
import { sourceOf, type Body, type ModuleFiles } from "../hcl/module-files.ts";
import { expressionOf } from "../hcl/plan.ts";
import type { AwsSchema } from "../schema/aws-schema.ts";

const ALWAYS = ["path", "terraform", "count", "each", "self"];
const FILE_FUNCTIONS = ["file", "fileexists", "filesha256", "templatefile", "try", "can"];

/**
 * References of a module to what is declared nowhere, on every branch, also those that no plan goes through: variables,
 * locals, resources and their attributes, modules with their arguments and outputs, functions.
 */
export function referenceFaults(module: ModuleFiles, modules: ReadonlyMap<string, ModuleFiles>, schema: AwsSchema): string[] {
  const faults: string[] = [];
  const look = (written: unknown, place: string, names: readonly string[]) => {
    for (const text of textsIn(written, names)) {
      for (const problem of nodeFaults(expressionOf(text.text), { module, modules, schema, names: text.names })) {
        faults.push(`${module.folder} ${place}: ${problem}`);
      }
    }
  };
  for (const [name, { type: _type, ...body }] of Object.entries(module.variables)) look(body, `var.${name}`, []);
  for (const [name, value] of Object.entries(module.locals)) look(value, `local.${name}`, []);
  for (const [name, body] of Object.entries(module.outputs)) look(body, `output.${name}`, []);
  for (const { type, name, body } of [...module.resources, ...module.data]) look(withoutIgnored(body), `${type}.${name}`, []);
  for (const [name, body] of Object.entries(module.modules)) {
    const { source: _source, ...args } = body;
    look(args, `module.${name}`, []);
    faults.push(...argumentFaults(name, args, modules.get(sourceOf(body, module.folder)), module.folder));
  }
  return faults;
}

/** Names of attributes stand there bare, as if they were references. */
function withoutIgnored(body: Body): Body {
  const { lifecycle, ...rest } = body;
  const rules = (Array.isArray(lifecycle) ? lifecycle : []).map((rule: Body) =>
    Object.fromEntries(Object.entries(rule).filter(([name]) => name !== "ignore_changes")),
  );
  return { ...rest, lifecycle: rules };
}

function argumentFaults(name: string, args: Body, called: ModuleFiles | undefined, folder: string): string[] {
  if (called === undefined) return [`${folder} module.${name}: its source holds no module.`];
  const meta = ["count", "for_each", "depends_on", "providers"];
  const unknown = Object.keys(args).filter((argument) => !meta.includes(argument) && !(argument in called.variables));
  const missing = Object.entries(called.variables).filter(([variable, body]) => !("default" in body) && !(variable in args));
  return [
    ...unknown.map((argument) => `${folder} module.${name}: ${called.folder} has no variable ${argument}.`),
    ...missing.map(([variable]) => `${folder} module.${name} misses ${variable}.`),
  ];
}

/** Every text of a body, with the names that dynamic blocks add. */
function textsIn(written: unknown, names: readonly string[]): { readonly text: string; readonly names: readonly string[] }[] {
  if (typeof written === "string") return [{ text: written, names }];
  if (Array.isArray(written)) return written.flatMap((item: unknown) => textsIn(item, names));
  if (typeof written !== "object" || written === null) return [];
  return Object.entries(written).flatMap(([name, value]) => {
    if (name !== "dynamic") return [...(name.includes("${") ? [{ text: name, names }] : []), ...textsIn(value, names)];
    return Object.entries(value as Record<string, Body[]>).flatMap(([label, blocks]) =>
      blocks.flatMap(({ for_each: over, content, iterator }) => [
        ...textsIn(over, names),
        ...textsIn(content, [...names, String(iterator ?? label).replace(/^\$\{(.*)\}$/, "$1")]),
      ]),
    );
  });
}

interface Known {
  readonly module: ModuleFiles;
  readonly modules: ReadonlyMap<string, ModuleFiles>;
  readonly schema: AwsSchema;
  readonly names: readonly string[];
}

function nodeFaults(node: Node, known: Known): string[] {
  const path = pathOf(node);
  if (path !== undefined) return pathFaults(path, known);
  const inner = (names: readonly string[]) => ({ ...known, names: [...known.names, ...names] });
  switch (node.kind) {
    case "literal":
      return [];
    case "name":
      return pathFaults([node.name], known);
    case "template":
      return node.parts.flatMap((part) => partFaults(part, known));
    case "attribute":
      return nodeFaults(node.of, known);
    case "index":
      return [...nodeFaults(node.of, known), ...nodeFaults(node.by, known)];
    case "splat":
      return [...nodeFaults(node.of, known), ...nodeFaults(node.each, inner([node.variable]))];
    case "call": {
      const isKnown = Object.hasOwn(FUNCTIONS, node.name) || FILE_FUNCTIONS.includes(node.name);
      return [
        ...(isKnown ? [] : [`there is no function ${node.name} that this check knows.`]),
        ...node.args.flatMap((arg) => nodeFaults(arg, known)),
      ];
    }
    case "unary":
      return nodeFaults(node.of, known);
    case "binary":
      return [...nodeFaults(node.left, known), ...nodeFaults(node.right, known)];
    case "choice":
      return [...nodeFaults(node.condition, known), ...nodeFaults(node.then, known), ...nodeFaults(node.otherwise, known)];
    case "tuple":
      return node.items.flatMap((item) => nodeFaults(item, known));
    case "object":
      return node.items.flatMap(([key, value]) => [...nodeFaults(key, known), ...nodeFaults(value, known)]);
    case "for": {
      const within = inner([node.value, ...(node.key === undefined ? [] : [node.key])]);
      const parts = [node.result, node.resultKey, node.condition].filter((part) => part !== undefined);
      return [...nodeFaults(node.over, known), ...parts.flatMap((part) => nodeFaults(part, within))];
    }
  }
}

function partFaults(part: Part, known: Known): string[] {
  switch (part.kind) {
    case "text":
      return [];
    case "value":
      return nodeFaults(part.value, known);
    case "if":
      return [...nodeFaults(part.condition, known), ...[...part.then, ...part.otherwise].flatMap((inner) => partFaults(inner, known))];
    case "each": {
      const names = [...known.names, part.value, ...(part.key === undefined ? [] : [part.key])];
      return [...nodeFaults(part.over, known), ...part.parts.flatMap((inner) => partFaults(inner, { ...known, names }))];
    }
  }
}

/** `module.queue.arn` as its steps; an index is stepped over. Undefined for what is no chain of names. */
function pathOf(node: Node): string[] | undefined {
  if (node.kind === "name") return [node.name];
  if (node.kind === "attribute") {
    const of = pathOf(node.of);
    return of === undefined ? undefined : [...of, node.name];
  }
  return node.kind === "index" && node.by.kind === "literal" ? pathOf(node.of) : undefined;
}

function pathFaults(path: readonly string[], { module, modules, schema, names }: Known): string[] {
  const [root = "", first = "", second = "", third] = path;
  if (names.includes(root) || ALWAYS.includes(root)) return [];
  if (root === "var") return first in module.variables ? [] : [`there is no variable ${first}.`];
  if (root === "local") return first in module.locals ? [] : [`there is no local ${first}.`];
  if (root === "module") {
    const called = module.modules[first];
    if (called === undefined) return [`there is no module ${first}.`];
    const outputs = modules.get(sourceOf(called, module.folder))?.outputs ?? {};
    return second === "" || second in outputs ? [] : [`module ${first} has no output ${second}.`];
  }
  const isData = root === "data";
  const [type, name, attribute] = isData ? [first, second, third] : [root, first, path[2]];
  const declared = (isData ? module.data : module.resources).some((one) => one.type === type && one.name === name);
  if (!declared) return [`${path.join(".")} is declared nowhere.`];
  const known = (isData ? schema.data : schema.resources)[type];
  const isThere = attribute === undefined || known === undefined || attribute in known.attributes || attribute in known.blocks;
  return isThere ? [] : [`${type} has no attribute ${attribute}.`];
}
