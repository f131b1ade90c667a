import type { AttributeType, AwsSchema, BlockSchema, NestedSchema } from "../schema/aws-schema.ts";
import type { Body, ModuleFiles } from "../hcl/module-files.ts";
import { expressionOf } from "../hcl/plan.ts";

/** Arguments that Terraform itself knows, in every resource. */
const META = ["count", "for_each", "depends_on", "provider", "lifecycle", "connection", "provisioner"];

/**
 * Holds a module's resources against the provider's schema: unknown, missing and read-only arguments, nested and dynamic
 * blocks, and literals of the wrong type. What an expression computes is not looked at here.
 */
export function schemaFaults(module: ModuleFiles, schema: AwsSchema): string[] {
  const of = (kind: "resources" | "data") =>
    module[kind].flatMap(({ type, name, body }) => {
      const place = `${module.folder} ${kind === "data" ? "data." : ""}${type}.${name}`;
      const known = schema[kind][type];
      if (known === undefined) return [`${place}: the extracted schema has no ${type}; extract it anew (test/infra/schema/extract.ts).`];
      return blockFaults(body, known, place, META);
    });
  return [...of("resources"), ...of("data")];
}

function blockFaults(body: Body, schema: BlockSchema, place: string, meta: readonly string[]): string[] {
  const faults: string[] = [];
  const dynamic = (body["dynamic"] ?? {}) as Record<string, Body[]>;
  for (const [name, written] of Object.entries(body)) {
    if (name === "dynamic" || meta.includes(name)) continue;
    const attribute = schema.attributes[name];
    const block = schema.blocks[name];
    if (block !== undefined) faults.push(...nestedFaults(written, block, `${place}.${name}`));
    else if (attribute === undefined) faults.push(`${place}.${name}: there is no such argument.`);
    else if (attribute.mode === "computed") faults.push(`${place}.${name} is set by AWS and cannot be written.`);
    else faults.push(...literalFaults(written, attribute.type, `${place}.${name}`));
  }
  for (const [name, blocks] of Object.entries(dynamic)) {
    const block = schema.blocks[name];
    if (block === undefined) faults.push(`${place}.${name}: there is no such block.`);
    else for (const { content } of blocks) faults.push(...nestedFaults(content, { ...block, many: true }, `${place}.${name}`));
  }
  for (const [name, { mode }] of Object.entries(schema.attributes)) {
    if (mode === "required" && !(name in body)) faults.push(`${place} misses ${name}.`);
  }
  for (const [name, { required }] of Object.entries(schema.blocks)) {
    if (required && !(name in body) && !(name in dynamic)) faults.push(`${place} misses a block ${name}.`);
  }
  return faults;
}

function nestedFaults(written: unknown, block: NestedSchema, place: string): string[] {
  if (!Array.isArray(written)) return [`${place} is a block, and is written as an argument.`];
  const faults = !block.many && written.length > 1 ? [`${place} is there ${String(written.length)} times, and may be once.`] : [];
  return [...faults, ...written.flatMap((inner) => blockFaults(inner as Body, block, place, []))];
}

/** Types of what is written out; Terraform takes a number for a text and the other way round, so only the form counts. */
function literalFaults(written: unknown, type: AttributeType, place: string): string[] {
  const wrong = (found: string) => [`${place} takes ${named(type)}, and is given ${found}.`];
  if (type === "dynamic" || written === null) return [];
  if (typeof written === "string") {
    const node = expressionOf(written);
    if (node.kind === "tuple") return isPlain(type) || type[0] === "map" ? wrong("a list") : [];
    if (node.kind === "object") return isPlain(type) || type[0] !== "map" ? wrong("an object") : [];
    if (node.kind !== "literal") return [];
    if (typeof node.value === "string" && type === "number" && Number.isNaN(Number(node.value))) return wrong(JSON.stringify(node.value));
    if (typeof node.value === "string" && type === "bool" && !["true", "false"].includes(node.value))
      return wrong(JSON.stringify(node.value));
    return isPlain(type) ? [] : wrong(JSON.stringify(node.value));
  }
  if (Array.isArray(written)) {
    if (isPlain(type) || type[0] === "map") return wrong("a list");
    return written.flatMap((item: unknown, index) => literalFaults(item, type[1], `${place}[${String(index)}]`));
  }
  if (typeof written === "object") {
    if (isPlain(type) || type[0] !== "map") return wrong("an object");
    return Object.entries(written).flatMap(([name, item]) => literalFaults(item, type[1], `${place}.${name}`));
  }
  if (!isPlain(type)) return wrong(JSON.stringify(written));
  if (type === "number" && typeof written !== "number") return wrong(JSON.stringify(written));
  if (type === "bool" && typeof written !== "boolean") return wrong(JSON.stringify(written));
  return [];
}

function isPlain(type: AttributeType): type is "string" | "number" | "bool" | "dynamic" {
  return typeof type === "string";
}

function named(type: AttributeType): string {
  return isPlain(type) ? `a ${type}` : `a ${type[0]} of ${isPlain(type[1]) ? type[1] : "lists"}`;
}
