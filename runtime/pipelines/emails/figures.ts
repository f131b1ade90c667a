import { Counter, Gauge, Histogram, type Registry } from "prom-client";

/** What a consumer of e-mails tells on `/metrics` beside what every worker tells. */
export class EmailFigures {
  private readonly emails: Counter<"result">;
  private readonly uploads: Counter<"result">;
  private readonly seconds: Histogram;

  /** @param readVisible Asked whenever somebody asks for the figures. */
  constructor(registry: Registry, readVisible: () => Promise<number>) {
    const registers = [registry];
    this.emails = new Counter({ name: "emails_total", help: "E-mails, by what became of them.", labelNames: ["result"], registers });
    this.uploads = new Counter({
      name: "emails_s3_uploads_total",
      help: "Writes to S3, by how they ended.",
      labelNames: ["result"],
      registers,
    });
    this.seconds = new Histogram({ name: "emails_processing_duration_seconds", help: "From a message to its object.", registers });
    new Gauge({
      name: "emails_queue_visible_messages",
      help: "Messages that wait in the queue.",
      // Processes of one machine all read the same queue.
      aggregator: "max",
      registers,
      async collect() {
        // Without an answer there is no figure: that of before would be a lie.
        this.set(await readVisible().catch(() => NaN));
      },
    });
  }

  /** An e-mail is being worked on. Returns what is to be told at its end. */
  begin(): (result: "processed" | "failed") => void {
    const stop = this.seconds.startTimer();
    return (result) => {
      stop();
      this.emails.inc({ result });
    };
  }

  async uploading<T>(upload: Promise<T>): Promise<T> {
    try {
      const done = await upload;
      this.uploads.inc({ result: "ok" });
      return done;
    } catch (error) {
      this.uploads.inc({ result: "failed" });
      throw error;
    }
  }
}
