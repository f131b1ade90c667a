import { createHash } from "node:crypto";
import { posix } from "node:path";
import type { AwsSchema, BlockSchema } from "../schema/aws-schema.ts";
import { evaluate, entriesOf, within, type Scope } from "./evaluate.ts";
import { parseExpression, parseTemplate, type Node } from "./expression.ts";
import type { HclFunction } from "./functions.ts";
import { type InfraFiles, sourceOf, type Body, type Declared, type ModuleFiles } from "./module-files.ts";
import { converted, typeFrom } from "./types.ts";
import { Computed, isObject, text, type Value } from "./values.ts";

/** One thing that would be made, or looked up, with every argument computed as far as it can be without AWS. */
export interface Instance {
  /** As Terraform names it: `module.queue.aws_sqs_queue.dead_letters[0]`. */
  readonly address: string;
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly name: string;
  readonly values: Readonly<Record<string, Value>>;
  /** The lifecycle block as it is written. */
  readonly lifecycle: Body;
}

export interface Plan {
  readonly instances: readonly Instance[];
  readonly outputs: Readonly<Record<string, Value>>;
  /** What Terraform would refuse, each with its place: validations, preconditions, types, missing variables. */
  readonly problems: readonly string[];
}

export interface PlanRequest {
  readonly files: InfraFiles;
  /** Folder of the root module. */
  readonly folder: string;
  readonly variables: Readonly<Record<string, Value>>;
  readonly schema: AwsSchema;
  /** What AWS answers to data sources, by type; what is not said here is computed. */
  readonly data?: Readonly<Record<string, Readonly<Record<string, Value>>>>;
}

/** Computes what a root module would make of its variables. */
export async function planOf(request: PlanRequest): Promise<Plan> {
  const modules = new Map((await request.files.modulesFrom(request.folder)).map((files) => [files.folder, files]));
  const planning: Planning = { ...request, modules, instances: [], problems: [], owners: new WeakMap() };
  const root = new ModuleInstance(planning, { folder: request.folder, path: "", given: request.variables });
  root.finish();
  return { instances: planning.instances, outputs: root.outputs() as Plan["outputs"], problems: planning.problems };
}

interface Planning extends PlanRequest {
  readonly modules: ReadonlyMap<string, ModuleFiles>;
  readonly instances: Instance[];
  readonly problems: string[];
  /** Which instance the values of a resource belong to. */
  readonly owners: WeakMap<object, { readonly address: string; readonly schema: BlockSchema | undefined }>;
}

interface Place {
  readonly folder: string;
  /** With a dot at the end; empty for the root. */
  readonly path: string;
  readonly given: Readonly<Record<string, Value>>;
}

class ModuleInstance {
  private readonly planning: Planning;
  private readonly place: Place;
  private readonly files: ModuleFiles;
  private readonly scope: Scope;
  private readonly known = new Map<string, Value>();
  private readonly underWay = new Set<string>();
  private readonly inner: ModuleInstance[] = [];

  constructor(planning: Planning, place: Place) {
    this.planning = planning;
    this.place = place;
    const files = planning.modules.get(place.folder);
    if (files === undefined) throw new Error(`${place.folder} holds no module.`);
    this.files = files;
    this.scope = { find: (name) => this.find(name), functions: this.functions(), missing: (of, name) => this.missing(of, name) };
  }

  /** Computes everything, also what nothing refers to. */
  finish(): void {
    const { variables, resources, data, modules, outputs } = this.files;
    for (const name of Object.keys(this.place.given)) {
      if (!(name in variables)) this.planning.problems.push(`${this.place.path}var.${name}: there is no such variable.`);
    }
    for (const name of Object.keys(variables)) this.variable(name);
    for (const { type, name } of resources) this.declaredValue("managed", type, name);
    for (const { type, name } of data) this.declaredValue("data", type, name);
    for (const name of Object.keys(modules)) this.moduleValue(name);
    for (const inner of this.inner) inner.finish();
    for (const name of Object.keys(outputs)) this.output(name);
  }

  outputs(): Value {
    return lazily(Object.keys(this.files.outputs), (name) => this.output(name));
  }

  private output(name: string): Value {
    return this.once(`output.${name}`, () => {
      const { precondition, value } = this.files.outputs[name] ?? {};
      this.conditions(precondition, `${this.place.path}output.${name}`, this.scope);
      return this.value(value, this.scope);
    });
  }

  private find(name: string): Value | undefined {
    const { variables, locals, modules, resources } = this.files;
    switch (name) {
      case "var":
        return lazily(Object.keys(variables), (variable) => this.variable(variable));
      case "local":
        return lazily(Object.keys(locals), (local) => this.once(`local.${local}`, () => this.value(locals[local], this.scope)));
      case "module":
        return lazily(Object.keys(modules), (module) => this.moduleValue(module));
      case "data": {
        const types = [...new Set(this.files.data.map(({ type }) => type))];
        return lazily(types, (type) => this.namesOf("data", type));
      }
      case "path":
        return { module: this.place.folder, root: this.planning.folder, cwd: "." };
      default:
        return resources.some(({ type }) => type === name) ? this.namesOf("managed", name) : undefined;
    }
  }

  private namesOf(mode: Instance["mode"], type: string): Value {
    const declarations = mode === "data" ? this.files.data : this.files.resources;
    const names = declarations.filter((declaration) => declaration.type === type).map(({ name }) => name);
    return lazily(names, (name) => this.declaredValue(mode, type, name));
  }

  private variable(name: string): Value {
    return this.once(`var.${name}`, () => {
      const body = this.files.variables[name] ?? {};
      const address = `${this.place.path}var.${name}`;
      const given = this.place.given[name];
      if (given === undefined && !("default" in body)) this.planning.problems.push(`${address} is required.`);
      const fallback = () => this.value(body["default"] ?? null, this.scope);
      const raw = given === undefined || (given === null && body["nullable"] === false) ? fallback() : given;
      let value = raw;
      try {
        if (body["type"] !== undefined)
          value = converted(
            raw,
            typeFrom(expressionOf(body["type"]), (node) => evaluate(node, this.scope)),
            address,
          );
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
        this.planning.problems.push(error.message);
        return raw;
      }
      const self = within(this.scope, {
        var: lazily(Object.keys(this.files.variables), (other) => (other === name ? value : this.variable(other))),
      });
      this.conditions(body["validation"], address, self);
      return value;
    });
  }

  /** Validations, preconditions: each has a condition and an error message. */
  private conditions(blocks: unknown, address: string, scope: Scope): void {
    for (const block of asList(blocks)) {
      const { condition, error_message: message } = block as Body;
      const holds = this.value(condition, scope);
      // What only AWS can tell is asked when it has told.
      if (holds !== true && !(holds instanceof Computed)) this.planning.problems.push(`${address}: ${text(this.value(message, scope))}`);
    }
  }

  private moduleValue(name: string): Value {
    return this.once(`module.${name}`, () => {
      const body = this.files.modules[name] ?? {};
      const { source: _source, count: _count, for_each: _forEach, depends_on: _dependsOn, providers: _providers, ...args } = body;
      return this.instances(body, `module.${name}`, (suffix, scope) => {
        const path = `${this.place.path}module.${name}${suffix}.`;
        // Arguments and outputs are computed when they are asked for: a module may lead to another one and back.
        const computed = new Map<string, Value>();
        const given = lazily(Object.keys(args), (argument) => {
          const value = computed.get(argument) ?? this.value(args[argument], scope);
          computed.set(argument, value);
          return value;
        }) as Readonly<Record<string, Value>>;
        const inner = new ModuleInstance(this.planning, { folder: sourceOf(body, this.place.folder), path, given });
        this.inner.push(inner);
        return inner.outputs();
      });
    });
  }

  private declaredValue(mode: Instance["mode"], type: string, name: string): Value {
    return this.once(`${mode}.${type}.${name}`, () => {
      const declarations = mode === "data" ? this.files.data : this.files.resources;
      const { body } = declarations.find((declaration) => declaration.type === type && declaration.name === name) as Declared;
      return this.instances(body, `${type}.${name}`, (suffix, scope) => {
        const address = `${this.place.path}${mode === "data" ? "data." : ""}${type}.${name}${suffix}`;
        const {
          count: _count,
          for_each: _forEach,
          depends_on: _dependsOn,
          provider: _provider,
          lifecycle,
          connection: _connection,
          ...args
        } = body;
        const rules = (asList(lifecycle)[0] ?? {}) as Body;
        this.conditions(rules["precondition"], address, scope);
        const answer = mode === "data" ? this.planning.data?.[type] : undefined;
        const values = { ...(this.block(args, scope) as Record<string, Value>), ...answer };
        const schema = mode === "data" ? this.planning.schema.data[type] : this.planning.schema.resources[type];
        this.planning.owners.set(values, { address, schema });
        this.planning.instances.push({ address, mode, type, name, values, lifecycle: rules });
        return values;
      });
    });
  }

  /** One value, or a list or a map of them, as `count` and `for_each` say. */
  private instances(body: Body, address: string, make: (suffix: string, scope: Scope) => Value): Value {
    if (body["count"] !== undefined) {
      const count = this.value(body["count"], this.scope);
      if (typeof count !== "number")
        throw new TypeError(`${this.place.path}${address}: its count is known only when other things have been made`);
      return Array.from({ length: count }, (_, index) => make(`[${String(index)}]`, within(this.scope, { count: { index } })));
    }
    if (body["for_each"] === undefined) return make("", this.scope);
    const each = this.value(body["for_each"], this.scope);
    if (!isObject(each) && !(each instanceof Set))
      throw new TypeError(`${this.place.path}${address}: its for_each has to be a map or a set that is known before anything is made`);
    return Object.fromEntries(
      entriesOf(each).map(([key, value]) => [text(key), make(`["${text(key)}"]`, within(this.scope, { each: { key, value } }))]),
    );
  }

  /** The body of a block: arguments, nested blocks, and dynamic ones made plain. */
  private block(body: Body, scope: Scope): Value {
    const values: Record<string, Value> = {};
    for (const [name, written] of Object.entries(body)) {
      if (name === "dynamic") continue;
      values[name] = isBlocks(written) ? written.map((inner) => this.block(inner as Body, scope)) : this.value(written, scope);
    }
    for (const [name, blocks] of Object.entries((body["dynamic"] ?? {}) as Record<string, Body[]>)) {
      const made = blocks.flatMap((dynamic) => {
        const iterator = String(dynamic["iterator"] ?? name).replace(/^\$\{(.*)\}$/, "$1");
        return entriesOf(this.value(dynamic["for_each"], scope)).map(([key, value]) =>
          this.block(asList(dynamic["content"])[0] as Body, within(scope, { [iterator]: { key, value } })),
        );
      });
      values[name] = [...((values[name] as Value[] | undefined) ?? []), ...made];
    }
    return values;
  }

  /** What stands behind an equals sign, in the JSON form. */
  private value(written: unknown, scope: Scope): Value {
    if (typeof written === "string") return evaluate(expressionOf(written), scope);
    if (Array.isArray(written)) return written.map((item: unknown) => this.value(item, scope));
    if (typeof written === "object" && written !== null) {
      return Object.fromEntries(
        Object.entries(written).map(([name, member]) => [text(evaluate(expressionOf(name), scope)), this.value(member, scope)]),
      );
    }
    return written as Value;
  }

  private once(key: string, compute: () => Value): Value {
    const known = this.known.get(key);
    if (known !== undefined) return known;
    if (this.underWay.has(key)) throw new ReferenceError(`${this.place.path}${key} refers to itself.`);
    this.underWay.add(key);
    try {
      const value = compute();
      this.known.set(key, value);
      return value;
    } catch (error) {
      if (error instanceof Error && !error.message.includes(" in ← ")) error.message = `${error.message} in ← ${this.place.path}${key}`;
      throw error;
    } finally {
      this.underWay.delete(key);
    }
  }

  /** What a resource has that its configuration does not say: made by AWS, if the schema knows it. */
  private missing(of: Value, name: string): Value | undefined {
    const owner = this.planning.owners.get(of as object);
    if (owner === undefined) return undefined;
    const { address, schema } = owner;
    return schema === undefined || name in schema.attributes || name in schema.blocks ? new Computed(`${address}.${name}`) : undefined;
  }

  private functions(): Record<string, HclFunction> {
    const read = (path: Value | undefined) => this.planning.files.text(posix.normalize(text(path)));
    return {
      file: read,
      fileexists: (path) => this.planning.files.has(posix.normalize(text(path))),
      filesha256: (path) => createHash("sha256").update(read(path)).digest("hex"),
      templatefile: (path, names) => {
        const given = names ?? {};
        const only: Scope = { find: (name) => (isObject(given) && Object.hasOwn(given, name) ? given[name] : undefined), functions: {} };
        return evaluate(parseTemplate(read(path)), only);
      },
    };
  }
}

const expressions = new Map<string, Node>();

/** A text in the JSON form: a template, where `${…}` alone stands for the expression itself. */
export function expressionOf(written: unknown): Node {
  const source = String(written);
  const known = expressions.get(source) ?? (/^\$\{[\s\S]*\}$/.test(source) ? wrapped(source) : parseTemplate(source));
  expressions.set(source, known);
  return known;
}

/** Either one expression in its wrapping, or a template that begins and ends with one. */
function wrapped(source: string): Node {
  try {
    return parseExpression(source.slice(2, -1));
  } catch {
    return parseTemplate(source);
  }
}

/** An object whose members are computed when they are asked for. */
function lazily(names: readonly string[], compute: (name: string) => Value): Value {
  const members = {};
  for (const name of names) Object.defineProperty(members, name, { enumerable: true, get: () => compute(name) });
  return members;
}

/** Blocks are lists of objects in the JSON form, and so are lists of objects: the difference is in the schema only. */
function isBlocks(written: unknown): written is unknown[] {
  return (
    Array.isArray(written) &&
    written.length > 0 &&
    written.every((item) => typeof item === "object" && item !== null && !Array.isArray(item))
  );
}

function asList(blocks: unknown): unknown[] {
  return Array.isArray(blocks) ? blocks : blocks === undefined ? [] : [blocks];
}
