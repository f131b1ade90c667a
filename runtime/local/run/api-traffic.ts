import type { SampleRequest } from "../../pipelines/pipeline.ts";
import { TrafficPlan, type Scenario } from "../../../sim/index.ts";
import { REAL_CLOCK } from "../../clock.ts";
import { ApiTarget } from "../load/api-target.ts";
import { LoadGenerator } from "../load/generator.ts";
import { Tally } from "../load/tally.ts";

export interface ApiTrafficOptions {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly forMs: number;
  readonly apiUrl: string;
  readonly sample: SampleRequest;
  /** What callers have to show, if anything. */
  readonly token: string | undefined;
}

/** Sends the arrivals of a scenario as requests to a pipeline's API: each a request like its sample, with a body of its own. */
export class ApiTraffic {
  /** What has come of them so far. */
  readonly tally = new Tally();
  private readonly generator: LoadGenerator;
  private readonly ending = new AbortController();

  constructor({ scenario, seed, forMs, apiUrl, sample, token }: ApiTrafficOptions) {
    const target = new ApiTarget({
      url: `${apiUrl}${sample.path}`,
      headers: authorizationOf(sample, token),
      bodies: ({ number }) => JSON.stringify(sample.nthBody === undefined ? sample.body : sample.nthBody(number + 1)),
    });
    this.generator = new LoadGenerator({ plan: new TrafficPlan(scenario, seed, forMs), target, clock: REAL_CLOCK, tally: this.tally });
  }

  begin(): void {
    void this.generator.run(this.ending.signal);
  }

  /** Sends nothing any more. */
  stop(): void {
    this.ending.abort();
  }
}

/** The headers by which a caller shows the token, where one is wanted. */
export function authorizationOf({ needsToken }: SampleRequest, token = ""): Record<string, string> {
  return needsToken ? { Authorization: `Bearer ${token}` } : {};
}
