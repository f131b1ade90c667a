import { request, type IncomingHttpHeaders, type RequestOptions } from "node:http";

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** One request as a client of no library sends it, with whatever headers it likes. */
export function ask(url: string, { body = "", ...options }: RequestOptions & { body?: string | Buffer } = {}): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method: "POST", agent: false, ...options }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() });
      });
    });
    asked.on("error", reject);
    asked.end(body);
  });
}

export function askJson(url: string, target: string, input: unknown): Promise<RawAnswer> {
  return ask(url, { headers: { "x-amz-target": target, "content-type": "application/x-amz-json-1.0" }, body: JSON.stringify(input) });
}

export function askQuery(url: string, form: Record<string, string>, headers: Record<string, string> = {}): Promise<RawAnswer> {
  return ask(url, {
    headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
    body: new URLSearchParams(form).toString(),
  });
}
