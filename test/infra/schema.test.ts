import { beforeAll, describe, expect, it } from "vitest";
import { LEASE_TAG } from "../../runtime/aws/ec2-scaling-group.ts";
import { referenceFaults } from "./check/reference-check.ts";
import { schemaFaults } from "./check/schema-check.ts";
import { foldersOf, InfraFiles, type ModuleFiles } from "./hcl/module-files.ts";
import { SCHEMA, STACKS } from "./stacks.ts";

const folders = [...foldersOf("modules"), ...foldersOf("stacks")];
let modules: ReadonlyMap<string, ModuleFiles>;

beforeAll(async () => {
  const files = new InfraFiles();
  modules = new Map(await Promise.all(folders.map(async (folder) => [folder, await files.module(folder)] as const)));
});

describe.each(folders)("%s", (folder) => {
  it("writes what the provider's schema knows, and all that it asks for", () => {
    expect(schemaFaults(modules.get(folder)!, SCHEMA)).toEqual([]);
  });

  it("refers to nothing that is not declared", () => {
    expect(referenceFaults(modules.get(folder)!, modules, SCHEMA)).toEqual([]);
  });

  it("says of every variable and output what it is, and of every variable its type", () => {
    const { variables, outputs } = modules.get(folder)!;
    const mute = Object.entries({ ...variables, ...outputs }).filter(([, { description }]) => typeof description !== "string");
    const untyped = Object.entries(variables).filter(([, { type }]) => type === undefined);
    expect([...mute, ...untyped].map(([name]) => name)).toEqual([]);
  });
});

describe("the stacks", () => {
  it("leave the tag alone by which scalers agree on who acts", () => {
    const files = new InfraFiles();
    const without = STACKS.filter(
      (stack) => !files.text(`infra/stacks/${stack}/versions.tf`).includes(`ignore_tags {\n    keys = ["${LEASE_TAG}"]`),
    );
    expect(without).toEqual([]);
  });
});
