/**
 * Extracts the schema of those resource types that infra uses from the bindings of the AWS provider, which hold all of
 * it. They unpack to some 390 MB, so this is done once and the result is committed:
 *
 *     npm pack @cdktf/provider-aws@21.22.1 && tar xzf cdktf-provider-aws-21.22.1.tgz    (in a folder elsewhere)
 *     node --import tsx test/infra/schema/extract.ts PATH/TO/package > test/infra/schema/aws-schema.json
 *
 * What the bindings cannot tell: whether an optional attribute is computed when it is left out, and which values AWS
 * takes. Neither is known here.
 */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { AttributeSchema, AttributeType, AwsSchema, BlockSchema, NestedSchema } from "./aws-schema.ts";

const INFRA = join(import.meta.dirname, "../../../infra");

interface JsiiProperty {
  readonly name: string;
  readonly optional?: boolean;
  readonly type: { readonly fqn?: string; readonly collection?: object; readonly union?: object; readonly primitive?: string };
  readonly docs?: { readonly summary?: string; readonly remarks?: string };
}

interface JsiiType {
  readonly fqn: string;
  readonly name: string;
  readonly properties?: readonly JsiiProperty[];
}

/** One entry of the bindings' own table of what a block holds. */
interface Written {
  readonly name: string;
  readonly isBlock: boolean;
  readonly kind: string;
  readonly storage: string;
}

const WRITTEN = /\b(\w+): \{\n\s+value: [^\n]*\n\s+isBlock: (true|false),\n\s+type: "(\w+)",\n\s+storageClassType: "(\w+)"/g;
const READ = /get(String|Number|Boolean|List|StringMap|NumberList|Any\w*|BooleanMap|NumberMap)Attribute\('(\w+)'\)/g;
const PLAIN: Readonly<Record<string, AttributeType>> = { string: "string", number: "number", boolean: "bool" };
const READ_TYPES: Readonly<Record<string, AttributeType>> = {
  String: "string",
  Number: "number",
  Boolean: "bool",
  List: ["list", "string"],
  StringMap: ["map", "string"],
  NumberList: ["list", "number"],
};

class Extraction {
  private readonly folder: string;
  private readonly types: Readonly<Record<string, JsiiType>>;

  constructor(folder: string) {
    this.folder = folder;
    this.types = (JSON.parse(readFileSync(join(folder, ".jsii"), "utf8")) as { types: Record<string, JsiiType> }).types;
  }

  /** @param type As `aws_sqs_queue`. */
  resource(type: string, kind: "resources" | "data"): BlockSchema {
    const folder = `${kind === "data" ? "data-aws-" : ""}${type.replace(/^aws_/, "").replaceAll("_", "-")}`;
    const code = readFileSync(join(this.folder, "lib", folder, "index.js"), "utf8");
    const name = /class (\w+) extends cdktf\.Terraform/.exec(code)?.[1];
    if (name === undefined) throw new Error(`${type}: the bindings have no class for it.`);
    const space = folder.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    const config = this.types[`@cdktf/provider-aws.${space}.${name}Config`];
    if (config === undefined) throw new Error(`${type}: the bindings have no ${space}.${name}Config.`);
    const own = code.slice(code.lastIndexOf(`class ${name} extends`));
    const readOnlyAnyway: Record<string, AttributeSchema> = {};
    const block = this.block(code, own.slice(own.lastIndexOf("synthesizeHclAttributes")), config);
    const read = [...own.matchAll(READ)].map(([, how = "", attribute = ""]) => [attribute, READ_TYPES[how] ?? "dynamic"] as const);
    const complex = [...own.matchAll(/new \w+(?:List|Map|OutputReference)\(this, "(\w+)"/g)].map(
      ([, attribute = ""]) => [attribute, "dynamic"] as const,
    );
    const computed = [...complex, ...read].filter(([attribute]) => !(attribute in block.attributes) && !(attribute in block.blocks));
    // These two may be written in the bindings, for want of knowing better; AWS sets them.
    for (const name of kind === "resources" ? ["id", "tags_all"] : []) {
      const attribute = block.attributes[name];
      if (attribute?.mode === "optional") readOnlyAnyway[name] = { ...attribute, mode: "computed" };
    }
    const readOnly = Object.fromEntries(
      computed.map(([attribute, of]): [string, AttributeSchema] => [attribute, { type: of, mode: "computed" }]),
    );
    return { attributes: sorted({ ...block.attributes, ...readOnly, ...readOnlyAnyway }), blocks: block.blocks };
  }

  private block(code: string, table: string, config: JsiiType): BlockSchema {
    const attributes: Record<string, AttributeSchema> = {};
    const blocks: Record<string, NestedSchema> = {};
    for (const { name, isBlock, kind, storage } of written(table)) {
      const property = config.properties?.find((candidate) => terraformName(candidate) === name);
      const required = property?.optional !== true;
      const type = isBlock ? this.types[config.fqn.replace(/\.\w+$/, `.${storage.replace(/List$/, "")}`)] : undefined;
      if (!isBlock) {
        attributes[name] = { type: typeOf(kind, storage), mode: required ? "required" : "optional" };
      } else if (type === undefined) {
        throw new Error(`${config.name}.${name}: the bindings have no ${storage}.`);
      } else {
        const opening = `function ${type.name.charAt(0).toLowerCase()}${type.name.slice(1)}ToHclTerraform(`;
        const begin = code.indexOf(opening);
        const body = code.slice(begin, code.indexOf("\n}\n", begin));
        const nesting = kind === "struct" ? "single" : kind === "set" ? "set" : "list";
        blocks[name] = { nesting, required, many: property?.type.fqn === undefined, ...this.block(code, body, type) };
      }
    }
    return { attributes: sorted(attributes), blocks: sorted(blocks) };
  }
}

function written(table: string): Written[] {
  return [...table.matchAll(WRITTEN)].map(([, name = "", isBlock, kind = "", storage = ""]) => ({
    name,
    isBlock: isBlock === "true",
    kind,
    storage,
  }));
}

/** The documentation's anchor is the name as Terraform has it. */
function terraformName({ docs, name }: JsiiProperty): string {
  return (
    /#(\w+) /.exec(`${docs?.summary ?? ""} ${docs?.remarks ?? ""}`)?.[1] ??
    name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  );
}

function typeOf(kind: string, storage: string): AttributeType {
  const plain = PLAIN[storage];
  if (plain !== undefined) return plain;
  const [, element = "", form] = /^(string|number|boolean)(List|Map)$/.exec(storage) ?? [];
  const of = PLAIN[element];
  if (of === undefined) return "dynamic";
  return [form === "Map" ? "map" : kind === "set" ? "set" : "list", of];
}

function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The types that the files below infra name. */
function typesUsed(keyword: "resource" | "data"): string[] {
  const files = readdirSync(INFRA, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".tf"));
  const types = files.flatMap((file) =>
    [...readFileSync(join(INFRA, file), "utf8").matchAll(new RegExp(`^${keyword} "(aws_\\w+)"`, "gm"))].map(([, type = ""]) => type),
  );
  return [...new Set(types)].sort();
}

const extraction = new Extraction(process.argv[2] ?? "package");
const pick = (keyword: "resource" | "data", kind: "resources" | "data") =>
  Object.fromEntries(typesUsed(keyword).map((type) => [type, extraction.resource(type, kind)]));
const schema: AwsSchema = {
  notice:
    "Extracted from the schema of the Terraform AWS provider, Copyright (c) HashiCorp, Inc., which is subject to the terms of the Mozilla Public License, v. 2.0; a copy of it is at https://mozilla.org/MPL/2.0/. The same terms hold for this file.",
  source: "@cdktf/provider-aws 21.22.1, https://www.npmjs.com/package/@cdktf/provider-aws",
  provider: "6.25.0",
  resources: pick("resource", "resources"),
  data: pick("data", "data"),
};
process.stdout.write(`${JSON.stringify(schema)}\n`);
