/** What goes back over HTTP, whatever the protocol. */
export interface WireAnswer {
  readonly statusCode: number;
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}
