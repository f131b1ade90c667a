import { Counter, Gauge, Histogram, type Registry } from "prom-client";

export interface AnsweredRequest {
  readonly method: string;
  /** The route's pattern, such as `/jobs/{id}`: addresses themselves would be series without end. */
  readonly route: string;
  readonly status: number;
  readonly durationMs: number;
}

/** The API's own figures. */
export class ApiTelemetry {
  private readonly requests: Counter<"method" | "route" | "status">;
  private readonly seconds: Histogram<"method" | "route">;
  private readonly refusals: Counter<"route">;
  private readonly underWay: Gauge;

  constructor(registry: Registry) {
    const registers = [registry];
    this.requests = new Counter({
      name: "headroom_api_requests_total",
      help: "Requests answered, by how.",
      labelNames: ["method", "route", "status"],
      registers,
    });
    this.seconds = new Histogram({
      name: "headroom_api_request_duration_seconds",
      help: "From a request to its answer.",
      labelNames: ["method", "route"],
      buckets: BUCKETS_SEC,
      registers,
    });
    this.refusals = new Counter({
      name: "headroom_api_validation_errors_total",
      help: "Requests refused because of what they held.",
      labelNames: ["route"],
      registers,
    });
    this.underWay = new Gauge({ name: "headroom_api_requests_in_progress", help: "Requests that wait for their answer.", registers });
  }

  asked(): void {
    this.underWay.inc();
  }

  answered({ method, route, status, durationMs }: AnsweredRequest): void {
    this.underWay.dec();
    this.requests.inc({ method, route, status });
    this.seconds.observe({ method, route }, durationMs / 1000);
    if (status === 400 || status === 422) this.refusals.inc({ route });
  }
}

/** Up to the seconds that a caller may have to wait for a payment. */
const BUCKETS_SEC = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 3.5, 5, 10, 30];
