import type { IncomingMessage, ServerResponse } from "node:http";
import type { Guest } from "../../runtime/local/server.ts";

/**
 * A guest of the embedded AWS whose answers can be withheld: what was asked is done, and whoever asked never hears of it.
 * That is where a process that is killed between two steps leaves things.
 */
export class WithheldAnswers implements Guest {
  readonly name: string;
  readonly server: Guest["server"];
  private decide: Decide | undefined;

  constructor({ name, server }: Guest) {
    this.name = name;
    this.server = {
      emit: (event: string, ...given: unknown[]) => {
        const [request, response] = given as [IncomingMessage, ServerResponse];
        this.watch(request, response);
        return server.emit(event, request, response);
      },
    };
  }

  /** From now on each answer is given only after `decide` has said no; at the first yes it is withheld, and all is as before. */
  withhold(decide: Decide): Promise<void> {
    return new Promise((resolve) => {
      this.decide = async (operation) => {
        const isDue = await decide(operation);
        if (!isDue) return false;
        this.decide = undefined;
        resolve();
        return true;
      };
    });
  }

  private watch({ headers }: IncomingMessage, response: ServerResponse): void {
    const { decide } = this;
    if (decide === undefined) return;
    const operation = String(headers["x-amz-target"]).split(".").at(-1) ?? "";
    const end = response.end.bind(response) as (...given: unknown[]) => ServerResponse;
    response.end = ((...given: unknown[]) => {
      void decide(operation).then((isWithheld) => {
        if (!isWithheld) end(...given);
      });
      return response;
    }) as ServerResponse["end"];
  }
}

type Decide = (operation: string) => Promise<boolean>;
