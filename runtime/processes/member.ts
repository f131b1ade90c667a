import { isFrame, type EndOrder, type Figures, type Frame, type Questions, type Report } from "./words.ts";

/** One of several processes, which a primary has started, as it sees itself. */
export class Member {
  /** Its place among the others, from 0. */
  readonly place: number;
  private readonly ending = new AbortController();
  private readonly leaving = new AbortController();
  private readonly answers = new Map<number, (answer: unknown) => void>();
  private readonly orders: EndOrder[] = [];
  private asked = 0;
  private readFigures: (() => Promise<Figures>) | undefined;
  private ordered: (order: EndOrder) => void = () => undefined;

  constructor(place: number) {
    this.place = place;
    process.on("message", (message: unknown) => {
      if (isFrame(message)) this.heard(message);
    });
    void this.say({ type: "alive" });
    setInterval(() => void this.say({ type: "alive" }), ALIVE_EVERY_MS).unref();
  }

  /**
   * Does the work of this process, whose end is the end of the process: the channel to the primary keeps it going no longer.
   *
   * @returns What the work returns, once the primary has heard its figures for the last time.
   */
  async doing<T>(work: () => Promise<T>): Promise<T> {
    try {
      const result = await work();
      if (this.readFigures !== undefined) await this.say({ type: "ending", figures: await this.readFigures() });
      return result;
    } finally {
      process.channel?.unref();
    }
  }

  /** Aborted when all processes have to end. */
  get mustEnd(): AbortSignal {
    return this.ending.signal;
  }

  /** Aborted when this one has to end, and another has taken its place. */
  get makesRoom(): AbortSignal {
    return this.leaving.signal;
  }

  /** From now on `figures` is asked whenever somebody wants to know the machine's. */
  counts(figures: () => Promise<Figures>): void {
    this.readFigures = figures;
  }

  /** Called with each order to end, also with those before: a later one may leave less time. */
  onOrder(listener: (order: EndOrder) => void): void {
    this.ordered = listener;
    for (const order of this.orders) listener(order);
  }

  /** Resolves when it is on its way. */
  say(report: Report): Promise<void> {
    return send({ frame: "said", word: report });
  }

  ask<Name extends keyof Questions>(what: Name, about: Questions[Name]["asked"]): Promise<Questions[Name]["answer"]> {
    this.asked += 1;
    const id = this.asked;
    return new Promise((resolve) => {
      this.answers.set(id, resolve as (answer: unknown) => void);
      void send({ frame: "asked", id, what, about });
    });
  }

  private heard(frame: Frame): void {
    switch (frame.frame) {
      case "said":
        if (frame.word.type !== "end") return;
        this.orders.push(frame.word);
        (frame.word.isAlone ? this.leaving : this.ending).abort();
        this.ordered(frame.word);
        return;
      case "answered":
        this.answers.get(frame.id)?.(frame.answer);
        this.answers.delete(frame.id);
        return;
      case "asked":
        void this.readFigures?.().then((answer) => send({ frame: "answered", id: frame.id, answer }));
    }
  }
}

/** A primary that has gone hears nothing, and this process ends with it. */
function send(frame: Frame): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) process.send?.(frame, undefined, undefined, () => resolve());
    else resolve();
  });
}

const ALIVE_EVERY_MS = 300;
