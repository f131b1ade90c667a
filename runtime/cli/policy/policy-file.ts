import type { Policy } from "../../../sim/index.ts";
import { loadModule, unusable } from "../module-file.ts";

/** Loads a user's own policy: a module, TypeScript or JavaScript, whose default export is a `Policy`. */
export async function loadPolicy(path: string, log: "stderr" | "nowhere"): Promise<Policy<unknown>> {
  const exported = await loadModule(path, { noun: "policy", log });
  const fault = faultOf(exported);
  if (fault !== undefined) throw unusable(path, fault);
  return exported as Policy<unknown>;
}

function faultOf(exported: unknown): string | undefined {
  if (exported === undefined) return "it has no default export; write `export default` before the policy";
  if (typeof exported === "function") return "its default export is a function; call it, so that the export is the policy that it makes";
  if (typeof exported !== "object" || exported === null) return `its default export is ${JSON.stringify(exported)}; export ${SHAPE}`;
  const { kind, initial, decide } = exported as Partial<Policy<unknown>>;
  const missing = [
    ...(typeof kind === "string" ? [] : ["kind (a text)"]),
    ...(typeof initial === "function" ? [] : ["initial (a function)"]),
    ...(typeof decide === "function" ? [] : ["decide (a function)"]),
  ];
  return missing.length === 0 ? undefined : `its default export is without ${missing.join(", ")}; export ${SHAPE}`;
}

const SHAPE = "a policy, { kind, initial(), decide(state, observation, now) }";
