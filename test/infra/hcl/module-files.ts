import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { parse } from "@cdktf/hcl2json";

export const ROOT = join(import.meta.dirname, "../../..");

/** A block or an object as hcl2json gives it: blocks are lists of these, expressions are texts with `${…}`. */
export type Body = Readonly<Record<string, unknown>>;

/** The blocks of one folder of Terraform files, all files together. */
export interface ModuleFiles {
  /** From the root of the repository, as `infra/modules/queue`. */
  readonly folder: string;
  readonly variables: Readonly<Record<string, Body>>;
  readonly locals: Body;
  readonly resources: readonly Declared[];
  readonly data: readonly Declared[];
  readonly modules: Readonly<Record<string, Body>>;
  readonly outputs: Readonly<Record<string, Body>>;
  /** Blocks of other kinds: terraform, provider. */
  readonly other: readonly string[];
}

export interface Declared {
  readonly type: string;
  readonly name: string;
  readonly body: Body;
}

/** The files below `infra`, some of them changed: a test plants its mistakes here, and nothing on the disk changes. */
export class InfraFiles {
  private readonly changed: ReadonlyMap<string, string>;
  private readonly parsed = new Map<string, Promise<ModuleFiles>>();

  constructor(changed: ReadonlyMap<string, string> = new Map()) {
    this.changed = changed;
  }

  /** The same files with one text in place of another in one of them, however it is spaced; that it is there is part of the test. */
  with(path: string, before: string, after: string): InfraFiles {
    const text = this.text(path);
    const spaced = new RegExp(before.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll(/ +/g, " +"));
    if (!spaced.test(text)) throw new Error(`${path} does not say: ${before}`);
    return new InfraFiles(new Map([...this.changed, [path, text.replace(spaced, () => after)]]));
  }

  text(path: string): string {
    return this.changed.get(path) ?? readFileSync(join(ROOT, path), "utf8");
  }

  has(path: string): boolean {
    return this.changed.has(path) || existsSync(join(ROOT, path));
  }

  names(folder: string): string[] {
    return readdirSync(join(ROOT, folder))
      .filter((name) => name.endsWith(".tf"))
      .sort();
  }

  module(folder: string): Promise<ModuleFiles> {
    const known = this.parsed.get(folder) ?? this.read(folder);
    this.parsed.set(folder, known);
    return known;
  }

  /** Every module that a folder leads to, itself first. */
  async modulesFrom(folder: string): Promise<ModuleFiles[]> {
    const found = new Map<string, ModuleFiles>();
    const visit = async (path: string): Promise<void> => {
      if (found.has(path)) return;
      const files = await this.module(path);
      found.set(path, files);
      for (const body of Object.values(files.modules)) await visit(sourceOf(body, path));
    };
    await visit(folder);
    return [...found.values()];
  }

  private async read(folder: string): Promise<ModuleFiles> {
    const documents = await Promise.all(this.names(folder).map((name) => parsed(`${folder}/${name}`, this.text(`${folder}/${name}`))));
    const all = (kind: string) => documents.flatMap((document) => (document[kind] === undefined ? [] : [document[kind]]));
    return {
      folder,
      variables: named(all("variable")),
      locals: Object.assign({}, ...all("locals").flat()) as Body,
      resources: all("resource").flatMap(declared),
      data: all("data").flatMap(declared),
      modules: named(all("module")),
      outputs: named(all("output")),
      other: [...new Set(documents.flatMap((document) => Object.keys(document)))].filter((kind) => !KNOWN.includes(kind)),
    };
  }
}

const KNOWN = ["variable", "locals", "resource", "data", "module", "output"];

/** Texts that have been read before: most files are alike in most tests. */
const cache = new Map<string, Promise<Record<string, unknown>>>();

function parsed(path: string, text: string): Promise<Record<string, unknown>> {
  const key = `${path}\n${text}`;
  const known = cache.get(key) ?? parse(path, text);
  cache.set(key, known);
  return known;
}

/** Folders of all modules and stacks. */
export function foldersOf(kind: "modules" | "stacks"): string[] {
  const found = readdirSync(join(ROOT, "infra", kind), { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".tf"));
  return [...new Set(found.map((file) => posix.join("infra", kind, dirname(file))))].sort();
}

export function sourceOf(module: Body, folder: string): string {
  return posix.normalize(posix.join(folder, String(module["source"])));
}

function named(blocks: readonly unknown[]): Record<string, Body> {
  const all: Record<string, Body> = {};
  for (const block of blocks) {
    for (const [name, bodies] of Object.entries(block as Record<string, Body[]>)) {
      if (name in all || bodies.length > 1) throw new Error(`${name} is declared twice.`);
      all[name] = bodies[0] ?? {};
    }
  }
  return all;
}

function declared(block: unknown): Declared[] {
  return Object.entries(block as Record<string, Record<string, Body[]>>).flatMap(([type, names]) =>
    Object.entries(names).flatMap(([name, bodies]) => bodies.map((body) => ({ type, name, body }))),
  );
}
