import { formatFault } from "../../../sim/index.ts";
import { readInput } from "../input.ts";
import type { Interruption } from "../interruption.ts";
import { OutputFile, writeOut } from "../output.ts";
import { Problem } from "../problem.ts";
import { exportTerraform } from "./terraform.ts";

/** `headroom export terraform`: writes the variables of a stack, or says all that cannot be deployed. */
export async function exportTerraformCommand(scenarioPath: string, outPath: string | undefined, { signal }: Interruption): Promise<void> {
  const { scenario } = await readInput({ scenarioPath, arrivalsPath: undefined, scale: undefined }, signal);
  const exported = exportTerraform(scenario);
  if (!exported.ok) {
    const faults = exported.faults.map((fault) => `  ${formatFault(fault)}`);
    throw new Problem([`${scenarioPath} cannot be deployed as it is:`, ...faults].join("\n"));
  }
  for (const notice of exported.notices) process.stderr.write(`${notice}\n`);
  const text = `${JSON.stringify(exported.variables, undefined, 2)}\n`;
  if (outPath === undefined) {
    await writeOut([text]);
    return;
  }
  const file = await OutputFile.open(outPath);
  try {
    await file.write([text]);
  } finally {
    await file.discard();
  }
}
