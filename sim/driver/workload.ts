import type { Calendar } from "../kernel/calendar.ts";
import { durationSampler } from "../kernel/distributions.ts";
import type { RandomStreams } from "../kernel/random.ts";
import { grown } from "../kernel/grown.ts";
import { Histogram } from "../measure/histogram.ts";
import { Arrivals } from "../model/arrivals.ts";
import { DEDUP_WINDOW_MS } from "../model/dedup-window.ts";
import { FrontDoor } from "../model/front-door.ts";
import { classOf, NONE, traitsOf, type MessageStore } from "../model/message-store.ts";
import { ProducerPath, type PlannedMessage } from "../model/producer-path.ts";
import type { MessageFate } from "../model/queue-model.ts";
import { Users } from "../model/users.ts";
import type { Scenario } from "../scenario/schema.ts";
import { EVENT } from "./events.ts";
import { classesOf, type MessageClass } from "./message-classes.ts";
import { MessageDraws } from "./message-draws.ts";
import { trafficSources } from "./traffic-sources.ts";

/**
 * What comes to the service: messages of all sources and classes, by way of the producer or straight into the queue;
 * users who wait for an answer; and callers at the front door.
 *
 * All chance of a message (its class, its work, whether it is poison) is drawn when it is sent or asked for, in the
 * order of arrivals: two policies meet the same work.
 */
export class Workload {
  readonly classes: readonly MessageClass[];
  /** By class; one entry where there is only one, and then not counted. */
  readonly figures: readonly ClassFigures[];
  readonly users: Users | undefined;
  readonly path: ProducerPath | undefined;
  readonly frontDoor: FrontDoor | undefined;

  private readonly calendar: Calendar;
  private readonly store: MessageStore;
  private readonly queue: MessageQueue;
  private readonly arrivals: Arrivals;
  /** By source: its class; at {@link firstCallerSource} and beyond the arrivals are callers at the front door. */
  private readonly sourceClass: readonly number[];
  private readonly firstCallerSource: number;
  /** By group of users, in the same way. */
  private readonly groupClass: readonly number[];
  private readonly firstCallerGroup: number;

  private readonly draws: MessageDraws;
  private readonly planned: PlannedMessage = { serviceMs: 0, poison: 0, messageClass: 0, sizeKib: 0, user: NONE, question: 0 };

  /** By message in the store: the user who waits for its job, NONE for nobody, and the number of the question. */
  private askers = new Int32Array(0);
  private questions = new Int32Array(0);

  constructor(options: {
    scenario: Scenario;
    calendar: Calendar;
    store: MessageStore;
    queue: MessageQueue;
    streams: RandomStreams;
    endMs: number;
  }) {
    const { scenario, calendar, streams } = options;
    this.calendar = calendar;
    this.store = options.store;
    this.queue = options.queue;
    this.classes = classesOf(scenario.work);
    this.figures = this.classes.map(() => ({
      ...{ sent: 0, deleted: 0, redriven: 0, duplicated: 0, dead: 0, expired: 0, purged: 0 },
      latencyMs: new Histogram(),
    }));

    const names = scenario.work.classes.map(({ name }) => name);
    const sent = trafficSources(scenario.traffic, streams, "arrivals", names);
    const callers = scenario.frontDoor === null ? { open: [], users: [] } : trafficSources(scenario.frontDoor.traffic, streams, "callers");
    const open = [...sent.open, ...callers.open];
    this.arrivals = new Arrivals(
      open.map(({ arrivals }) => arrivals),
      options.endMs,
    );
    this.sourceClass = open.map(({ messageClass }) => messageClass);
    this.firstCallerSource = sent.open.length;
    const groups = [...sent.users, ...callers.users];
    this.groupClass = groups.map(({ messageClass }) => messageClass);
    this.firstCallerGroup = sent.users.length;

    this.draws = new MessageDraws(this.classes, streams);
    const ask = this.ask.bind(this);
    this.users = groups.length === 0 ? undefined : new Users({ calendar, wakes: EVENT.userWakes, groups, ask });
    this.path = this.producerPath(scenario, streams);
    this.frontDoor = this.door(scenario, streams);
    calendar.scheduleArrival(this.arrivals.next());
  }

  /** The next arrival is due. */
  arrived(now: number): void {
    const { arrivals } = this;
    const { source } = arrivals;
    if (source < this.firstCallerSource) this.send(this.sourceClass[source] as number, arrivals.sizeKib, NONE, 0, now);
    else (this.frontDoor as FrontDoor).callerArrived(NONE, 0, now);
    this.calendar.scheduleArrival(arrivals.next());
  }

  /** Takes one of the events that only some scenarios have; false when it is none of them. */
  take(kind: number, subject: number, now: number): boolean {
    switch (kind) {
      case EVENT.userWakes:
        this.users?.userWakes(subject, now);
        return true;
      case EVENT.requestAnswered:
        this.path?.requestAnswered(subject, now);
        return true;
      case EVENT.queueReached:
        this.path?.queueReached(subject, now);
        return true;
      case EVENT.callerServed:
        this.frontDoor?.places.serviceEnded(subject, now);
        return true;
      case EVENT.callerTimedOut:
        this.frontDoor?.places.patienceEnded(subject, now);
        return true;
      default:
        return false;
    }
  }

  /** Whether anybody wants to hear of jobs and deletes. */
  get observes(): boolean {
    return this.users !== undefined || this.path !== undefined || this.classes.length > 1;
  }

  /** A job has ended well on a message that is still its worker's. */
  jobServed(message: number, now: number): void {
    const user = this.askers[message] ?? NONE;
    if (user === NONE) return;
    this.askers[message] = NONE;
    this.users?.answered(user, this.questions[message] as number, true, now);
  }

  /** A message has been deleted, so long after it was sent. */
  messageDeleted(message: number, latencyMs: number): void {
    const figures = this.figuresOf(message);
    figures.deleted += 1;
    figures.latencyMs.record(latencyMs);
    this.path?.messageDeleted(message, latencyMs);
  }

  /** Of a message that is in the store. */
  classIndexOf(message: number): number {
    return classOf(this.store.traits[message] as number);
  }

  befell(message: number, fate: MessageFate): void {
    this.figuresOf(message)[fate] += 1;
  }

  /** @param givenClass Its class, or DRAWN. @param sizeKib 0 for what its class has. */
  private send(givenClass: number, sizeKib: number, user: number, question: number, now: number): void {
    const { draws } = this;
    draws.draw(givenClass);
    const { messageClass, poison, serviceMs } = draws;
    const size = sizeKib === 0 ? (this.classes[messageClass] as MessageClass).sizeKib : sizeKib;
    if (this.path === undefined && this.users === undefined) {
      this.enqueue(serviceMs, poison, messageClass, size, now);
      return;
    }
    const { planned } = this;
    planned.serviceMs = serviceMs;
    planned.poison = poison;
    planned.messageClass = messageClass;
    planned.sizeKib = size;
    planned.user = user;
    planned.question = question;
    if (this.path !== undefined) {
      this.path.request(planned, now);
    } else {
      this.enqueuePlanned(planned, now);
      this.requestAnswered(user, question, true, now);
    }
  }

  private figuresOf(message: number): ClassFigures {
    return this.figures[this.classIndexOf(message)] as ClassFigures;
  }

  private enqueue(serviceMs: number, poison: number, messageClass: number, sizeKib: number, now: number): number {
    const message = this.store.add(now, serviceMs, traitsOf(messageClass, poison === 1, sizeKib));
    (this.figures[messageClass] as ClassFigures).sent += 1;
    this.queue.send(message, now);
    return message;
  }

  private enqueuePlanned(planned: PlannedMessage, now: number): number {
    const { user, question } = planned;
    const message = this.enqueue(planned.serviceMs, planned.poison, planned.messageClass, planned.sizeKib, now);
    if (this.users !== undefined) {
      if (message >= this.askers.length) this.growAskers(message);
      this.askers[message] = user !== NONE && this.users.waitsUntilServed(user) ? user : NONE;
      this.questions[message] = question;
    }
    return message;
  }

  /** The request of a user (or of nobody) has been accepted, or has failed. */
  private requestAnswered(user: number, question: number, isAccepted: boolean, now: number): void {
    if (user === NONE || this.users === undefined) return;
    if (!isAccepted || !this.users.waitsUntilServed(user)) this.users.answered(user, question, isAccepted, now);
  }

  private ask(user: number, question: number, group: number, now: number): void {
    if (group >= this.firstCallerGroup) (this.frontDoor as FrontDoor).callerArrived(user, question, now);
    else this.send(this.groupClass[group] as number, 0, user, question, now);
  }

  private producerPath({ producer, queue }: Scenario, streams: RandomStreams): ProducerPath | undefined {
    const { apiTime, topicTime, failedProbability, lostProbability, repeatedProbability } = producer;
    const isInstant = [apiTime, topicTime].every((time) => time.kind === "constant" && time.sec === 0);
    if (isInstant && failedProbability + lostProbability + repeatedProbability === 0) return undefined;
    return new ProducerPath(this.calendar, {
      apiTime: durationSampler(apiTime, streams.stream("API times")),
      topicTime: durationSampler(topicTime, streams.stream("topic times")),
      failedProbability,
      lostProbability,
      faults: streams.stream("producer faults"),
      repeatedProbability,
      repeatAfterMs: Math.round(producer.repeatAfterSec * 1000),
      repeats: streams.stream("producer repeats"),
      dedupWindowMs: queue.type === "fifo" ? DEDUP_WINDOW_MS : 0,
      events: { requestAnswered: EVENT.requestAnswered, queueReached: EVENT.queueReached },
      planned: { ...this.planned },
      enqueue: this.enqueuePlanned.bind(this),
      answered: this.requestAnswered.bind(this),
    });
  }

  private door({ frontDoor }: Scenario, streams: RandomStreams): FrontDoor | undefined {
    if (frontDoor === null) return undefined;
    const { places, mostWaiting, timeoutSec, serviceTime } = frontDoor;
    return new FrontDoor({
      calendar: this.calendar,
      settings: { places, mostWaiting, timeoutMs: Math.max(1, Math.round(timeoutSec * 1000)) },
      serviceTime: durationSampler(serviceTime, streams.stream("front door service times")),
      events: { serviceEnded: EVENT.callerServed, patienceEnded: EVENT.callerTimedOut },
      answered: (user, question, isServed, now) => {
        if (user !== NONE) this.users?.answered(user, question, isServed, now);
      },
    });
  }

  private growAskers(message: number): void {
    const size = Math.max(1024, message + 1, this.askers.length * 2);
    this.askers = grown(this.askers, size, NONE);
    this.questions = grown(this.questions, size);
  }
}

export interface ClassFigures extends Record<MessageFate, number> {
  /** Messages that reached the queue, or wait for their send to be admitted. */
  sent: number;
  deleted: number;
  /** From send to delete, milliseconds. */
  readonly latencyMs: Histogram;
}

/** What the workload needs of a queue. */
export interface MessageQueue {
  send(message: number, now: number): void;
}
