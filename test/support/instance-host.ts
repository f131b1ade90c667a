import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { AwsRecord, AwsService } from "../../runtime/local/service.ts";

/** What surrounds a worker on an instance, as far as the worker speaks to it: metadata, the ECS agent, the group's API. */
export class InstanceHost {
  readonly instanceId = "i-0123456789abcdef0";
  targetLifecycleState = "InService";
  spotInterruptionAt: string | undefined;
  /** What the worker has told its group or its agent, in order. */
  readonly told: { readonly what: string; readonly input: AwsRecord }[] = [];
  /** The group's side of AWS, for the endpoint that serves the queue. */
  readonly autoScaling: AwsService;
  private readonly server: Server;

  private constructor() {
    const note = (what: string) => (input: AwsRecord) => {
      this.told.push({ what, input });
      return {};
    };
    const operations = ["RecordLifecycleActionHeartbeat", "CompleteLifecycleAction", "SetInstanceProtection"];
    this.autoScaling = {
      name: "autoscaling",
      protocol: "query",
      version: "2011-01-01",
      xmlNamespace: "http://autoscaling.amazonaws.com/doc/2011-01-01/",
      operations: Object.fromEntries(operations.map((what) => [what, note(what)])),
    };
    this.server = createServer((request, response) => {
      void this.answer(request, response);
    });
  }

  static async start(): Promise<InstanceHost> {
    const host = new InstanceHost();
    await new Promise<void>((resolve) => {
      host.server.listen(0, "127.0.0.1", resolve);
    });
    return host;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** What was told by that name. */
  tellings(what: string): AwsRecord[] {
    return this.told.filter((telling) => telling.what === what).map(({ input }) => input);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => {
      this.server.close(resolve);
    });
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = "";
    for await (const piece of request) body += String(piece);
    if (request.method === "PUT" && request.url === "/latest/api/token") {
      response.end(TOKEN);
    } else if (request.method === "PUT" && request.url === "/task-protection/v1/state") {
      const input = JSON.parse(body) as AwsRecord;
      this.told.push({ what: "task protection", input });
      response.end(JSON.stringify({ protection: { ProtectionEnabled: input["ProtectionEnabled"], TaskArn: "a task" } }));
    } else {
      const text = request.headers["x-aws-ec2-metadata-token"] === TOKEN ? this.metadata(request.url ?? "") : undefined;
      response.writeHead(text === undefined ? 404 : 200).end(text);
    }
  }

  private metadata(path: string): string | undefined {
    switch (path) {
      case "/latest/meta-data/instance-id":
        return this.instanceId;
      case "/latest/meta-data/autoscaling/target-lifecycle-state":
        return this.targetLifecycleState;
      case "/latest/meta-data/spot/instance-action":
        return this.spotInterruptionAt === undefined ? undefined : JSON.stringify({ action: "terminate", time: this.spotInterruptionAt });
      default:
        return undefined;
    }
  }
}

const TOKEN = "a-token";
