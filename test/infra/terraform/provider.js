// A provider in place of hashicorp/aws, for `terraform validate` and for `terraform test` with mock_provider: it knows the
// extracted schema and nothing else, so neither needs a network, an account, or the 600 MB of the real one. Values are
// taken as they are; what AWS or the real provider think of them is not known here.
//
// Terraform starts it, reads the address from the first line, and ends it. Plain JavaScript, because Node runs it as it is.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadPackageDefinition, Server, ServerCredentials } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

/** @typedef {import("../schema/aws-schema.ts").AwsSchema} AwsSchema */
/** @typedef {import("../schema/aws-schema.ts").BlockSchema} BlockSchema */
/** @typedef {import("../schema/aws-schema.ts").AttributeType} AttributeType */
/** @typedef {(call: { request: { config?: unknown } }, answer: (error: Error | null, value: object) => void) => void} Handler */

const schema = /** @type {AwsSchema} */ (JSON.parse(readFileSync(join(import.meta.dirname, "../schema/aws-schema.json"), "utf8")));

/** What `provider "aws"` takes, as far as infra writes it. @type {BlockSchema} */
const PROVIDER = {
  attributes: { region: { type: "string", mode: "optional" } },
  blocks: {
    default_tags: {
      nesting: "list",
      required: false,
      many: false,
      attributes: { tags: { type: ["map", "string"], mode: "optional" } },
      blocks: {},
    },
    ignore_tags: {
      nesting: "list",
      required: false,
      many: false,
      attributes: { keys: { type: ["set", "string"], mode: "optional" } },
      blocks: {},
    },
  },
};

/** What the bindings do not say of attributes that infra reads from. @type {Readonly<Record<string, unknown>>} */
const KNOWN_TYPES = {
  "aws_db_instance.master_user_secret": ["list", ["object", { kms_key_id: "string", secret_arn: "string", secret_status: "string" }]],
};

/**
 * @param {BlockSchema} block
 * @param {string} type
 * @param {boolean} isTop
 * @returns {object}
 */
function asBlock({ attributes, blocks }, type, isTop) {
  return {
    attributes: Object.entries(attributes).map(([name, { type: of, mode }]) => ({
      name,
      type: Buffer.from(JSON.stringify(KNOWN_TYPES[`${type}.${name}`] ?? of)),
      required: mode === "required",
      optional: mode === "optional",
      // Which optional ones are computed the bindings do not say either; most at the top are.
      computed: mode === "computed" || (isTop && mode === "optional"),
    })),
    block_types: Object.entries(blocks).map(([name, nested]) => ({
      type_name: name,
      nesting: { single: "SINGLE", list: "LIST", set: "SET" }[nested.nesting],
      min_items: nested.required && nested.nesting !== "single" ? 1 : 0,
      max_items: nested.many || nested.nesting === "single" ? 0 : 1,
      block: asBlock(nested, type, false),
    })),
  };
}

/** @param {Readonly<Record<string, BlockSchema>>} blocks */
function asSchemas(blocks) {
  return Object.fromEntries(Object.entries(blocks).map(([type, block]) => [type, { version: 0, block: asBlock(block, type, true) }]));
}

/** @param {string} file */
function definitionOf(file) {
  return loadPackageDefinition(loadSync(join(import.meta.dirname, file), { keepCase: true, enums: String }));
}

/**
 * @param {ReturnType<typeof definitionOf>} definition
 * @param {string} group
 * @param {string} name
 */
function serviceOf(definition, group, name) {
  const space = /** @type {Record<string, { service: import("@grpc/grpc-js").ServiceDefinition }>} */ (
    /** @type {unknown} */ (definition[group])
  );
  const service = space[name]?.service;
  if (service === undefined) throw new Error(`There is no service ${group}.${name}.`);
  return service;
}

/** @type {Handler} */
const nothingToSay = (_call, answer) => answer(null, {});

const server = new Server({ "grpc.max_send_message_length": -1 });
server.addService(serviceOf(definitionOf("tfplugin5.proto"), "tfplugin5", "Provider"), {
  GetSchema: /** @type {Handler} */ (_call, answer) =>
    answer(null, {
      provider: { version: 0, block: asBlock(PROVIDER, "", false) },
      resource_schemas: asSchemas(schema.resources),
      data_source_schemas: asSchemas(schema.data),
    }),
  PrepareProviderConfig: /** @type {Handler} */ ({ request }, answer) => answer(null, { prepared_config: request.config }),
  ValidateResourceTypeConfig: nothingToSay,
  ValidateDataSourceConfig: nothingToSay,
  Stop: nothingToSay,
});
server.addService(serviceOf(definitionOf("plugin.proto"), "plugin", "GRPCController"), {
  Shutdown: /** @type {Handler} */ (_call, answer) => {
    answer(null, {});
    server.tryShutdown(() => process.exit());
  },
});
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  process.stdout.write(`1|5|tcp|127.0.0.1:${String(port)}|grpc|\n`);
});
