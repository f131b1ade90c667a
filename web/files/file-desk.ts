import { signal, type Signal } from "@preact/signals";
import { formatFault, type Scenario } from "../../sim/index.ts";
import type { Bench } from "../state/bench.ts";
import { goTo } from "../state/place.ts";
import type { Notices } from "../state/notices.ts";
import type { Workbench } from "../state/workbench.ts";
import type { SimClient } from "../worker/client.ts";
import { fileNameOf } from "./file-name.ts";
import { saveText } from "./save.ts";

/** What is being read or checked, and how far it is. */
export interface Task {
  readonly label: string;
  readonly share: number;
}

/** Faults listed of one file; the simulator's readers give no more either. */
const MOST_LISTED = 40;

/** Takes files in and gives them out. A file with a fault changes nothing. */
export class FileDesk {
  readonly task: Signal<Task | undefined> = signal(undefined);

  private readonly workbench: Workbench;
  private readonly client: SimClient;
  private readonly notices: Notices;
  /** The scenario that everything starts with. */
  private readonly first: Scenario;

  constructor({ workbench, client, notices }: Pick<Bench, "workbench" | "client" | "notices">, first: Scenario) {
    this.first = first;
    this.workbench = workbench;
    this.client = client;
    this.notices = notices;
  }

  async open(file: File): Promise<void> {
    const label = `Reading ${file.name}`;
    this.task.value = { label, share: 0 };
    try {
      const outcome = await this.client.readFile(file, this.workbench.scenario.peek(), (share) => (this.task.value = { label, share }));
      switch (outcome?.type) {
        case undefined:
          return;
        case "faults":
          this.refuse(file, outcome.faults.map(formatFault));
          return;
        case "counts":
          this.workbench.load(outcome.scenario);
          goTo("work");
          this.welcome(`${file.name} is now the traffic.`, outcome.notices);
          return;
        case "scenario":
          this.workbench.load(outcome.scenario);
          goTo("work");
          this.welcome(`Opened “${outcome.scenario.name}”.`, resultWords(outcome.ofResult));
          return;
      }
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.refuse(file, [`The browser could not read it: ${reason}`]);
    } finally {
      this.task.value = undefined;
    }
  }

  /** Gives up what is being read or checked. */
  stopTask(): void {
    this.client.stopTask();
  }

  save(): void {
    const scenario = this.workbench.scenario.peek();
    saveText(`${fileNameOf(scenario)}.json`, "application/json", `${JSON.stringify(scenario, undefined, 2)}\n`);
  }

  startOver(): void {
    this.workbench.load(this.first);
    this.welcome("Started over.", []);
  }

  private welcome(title: string, lines: readonly string[]): void {
    this.notices.add({
      kind: "info",
      title,
      lines,
      action: {
        label: "Undo",
        run: () => {
          this.workbench.undo();
        },
      },
    });
  }

  private refuse(file: File, faults: readonly string[]): void {
    const more = faults.length - MOST_LISTED;
    this.notices.add({
      kind: "problem",
      title: `${file.name} was not taken; everything stays as it was.`,
      lines: more > 0 ? [...faults.slice(0, MOST_LISTED), `And ${String(more)} more.`] : faults,
    });
  }
}

function resultWords(ofResult: { readonly seed: number; readonly digest: string } | undefined): string[] {
  if (ofResult === undefined) return [];
  return [`It is the scenario of a result with seed ${String(ofResult.seed)} and digest ${ofResult.digest}, simulated anew here.`];
}
