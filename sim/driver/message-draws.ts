import { durationSampler, type DurationSampler } from "../kernel/distributions.ts";
import type { RandomStream, RandomStreams } from "../kernel/random.ts";
import type { MessageClass } from "./message-classes.ts";
import { DRAWN } from "./traffic-sources.ts";

/**
 * What is drawn for a message when it is sent: its class, whether it is poison, how long its job takes. Each has a stream
 * of its own, so that a message is the same whoever sends it: the simulator, or a generator of real load.
 */
export class MessageDraws {
  /** Of the message drawn last. */
  messageClass = 0;
  poison = 0;
  serviceMs = 0;

  private readonly classes: readonly MessageClass[];
  private readonly serviceTimes: readonly DurationSampler[];
  private readonly classDraws: RandomStream;
  private readonly poisonDraws: RandomStream;

  constructor(classes: readonly MessageClass[], streams: RandomStreams) {
    this.classes = classes;
    this.serviceTimes = classes.map(({ serviceTime }, index) =>
      durationSampler(serviceTime, streams.stream(index === 0 ? "service times" : `service times of class ${String(index + 1)}`)),
    );
    this.classDraws = streams.stream("classes");
    this.poisonDraws = streams.stream("poison");
  }

  /** @param givenClass The class of its source, or {@link DRAWN}. */
  draw(givenClass: number): void {
    const messageClass = givenClass === DRAWN ? this.drawClass() : givenClass;
    const { poisonProbability } = this.classes[messageClass] as MessageClass;
    this.messageClass = messageClass;
    this.poison = poisonProbability > 0 && this.poisonDraws.uniform() < poisonProbability ? 1 : 0;
    this.serviceMs = (this.serviceTimes[messageClass] as DurationSampler).nextMs();
  }

  private drawClass(): number {
    const { classes } = this;
    if (classes.length === 1) return 0;
    const place = this.classDraws.uniform();
    let index = 0;
    while (index < classes.length - 1 && place >= (classes[index] as MessageClass).shareUpTo) index += 1;
    return index;
  }
}
