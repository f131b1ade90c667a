import { MAX_MOVES_PER_SEC, type MessageTaker } from "../../../sim/index.ts";
import type { AwsOperation, AwsRecord } from "../service.ts";
import { invalidValue, sqsError } from "./errors.ts";
import { optionalText, optionalWhole, requiredText } from "./input.ts";
import type { LocalQueue } from "./local-queue.ts";
import type { SqsParts } from "./parts.ts";

/** Redrive of dead letters: StartMessageMoveTask, ListMessageMoveTasks, CancelMessageMoveTask. */
export function moveOperations(parts: SqsParts): Record<string, AwsOperation> {
  const { settle } = parts;
  const tasks = new MoveTasks(parts);
  return {
    StartMessageMoveTask: (input) => {
      const now = settle();
      const perSec = optionalWhole(input, "MaxNumberOfMessagesPerSecond", { min: 1, max: MAX_MOVES_PER_SEC });
      return { TaskHandle: tasks.start(requiredText(input, "SourceArn"), optionalText(input, "DestinationArn"), perSec, now) };
    },
    ListMessageMoveTasks: (input) => {
      settle();
      const most = optionalWhole(input, "MaxResults", { min: 1, max: MOST_LISTED }) ?? 1;
      return { Results: tasks.list(requiredText(input, "SourceArn")).slice(0, most) };
    },
    CancelMessageMoveTask: (input) => {
      settle();
      return { ApproximateNumberOfMessagesMoved: tasks.cancel(requiredText(input, "TaskHandle")) };
    },
  };
}

/** The tasks of each queue, the latest in front; only that one can be running. */
class MoveTasks {
  private readonly parts: SqsParts;
  private readonly ofSource = new WeakMap<LocalQueue, Task[]>();
  private handles = 0;

  constructor(parts: SqsParts) {
    this.parts = parts;
  }

  start(sourceArn: string, destinationArn: string | undefined, perSec: number | undefined, now: number): string {
    const { queues } = this.parts;
    const source = this.queueOf(sourceArn, "SourceArn");
    if (queues.sourcesOf(source).length === 0) {
      throw invalidValue("SourceArn", sourceArn, "Source queue must be configured as a Dead Letter Queue.");
    }
    const destination = destinationArn === undefined ? undefined : this.queueOf(destinationArn, "DestinationArn");
    if (destination === source)
      throw invalidValue("DestinationArn", destinationArn, "Source queue arn and destination queue arn cannot be the same.");
    if (destination !== undefined && destination.isFifo !== source.isFifo) {
      throw invalidValue("DestinationArn", destinationArn, "Source queue and destination queue must be of the same type.");
    }
    if (!source.model.startMoveTask(this.taker(destination), perSec ?? MAX_MOVES_PER_SEC, now)) {
      throw sqsError(
        "UnsupportedOperation",
        "There is already a task running. Only one active task is allowed for a source queue arn at a given time.",
      );
    }
    const { moveTask } = source.model;
    if (moveTask === undefined) throw new Error("A queue that has just started a move task has none.");
    this.handles += 1;
    const handle = Buffer.from(JSON.stringify({ taskId: this.handles, sourceArn })).toString("base64");
    this.ofSource.set(
      source,
      [{ handle, destinationArn, perSec, status: moveTask }, ...(this.ofSource.get(source) ?? [])].slice(0, MOST_LISTED),
    );
    return handle;
  }

  list(sourceArn: string): readonly AwsRecord[] {
    const source = this.queueOf(sourceArn, "SourceArn");
    return (this.ofSource.get(source) ?? []).map(({ handle, destinationArn, perSec, status }) => ({
      ...(status.state === "running" ? { TaskHandle: handle } : {}),
      Status: status.state.toUpperCase(),
      SourceArn: sourceArn,
      ...(destinationArn === undefined ? {} : { DestinationArn: destinationArn }),
      ...(perSec === undefined ? {} : { MaxNumberOfMessagesPerSecond: perSec }),
      ApproximateNumberOfMessagesMoved: status.moved,
      ApproximateNumberOfMessagesToMove: status.toMove,
      ...(status.state === "failed" ? { FailureReason: destinationArn === undefined ? NO_SOURCE : NO_DESTINATION } : {}),
      StartedTimestamp: status.startedAt,
    }));
  }

  /** How many it has moved. */
  cancel(handle: string): number {
    const source = this.sourceOf(handle);
    const task = source === undefined ? undefined : this.ofSource.get(source)?.find((candidate) => candidate.handle === handle);
    if (source === undefined || task === undefined) throw notFound("TaskHandle");
    if (task.status.state !== "running" || !source.model.cancelMoveTask()) {
      throw sqsError("UnsupportedOperation", "Only active tasks can be cancelled.");
    }
    return task.status.moved;
  }

  /** Where the messages go: to one queue, or each back to the one that it died in. There they are new. */
  private taker(destination: LocalQueue | undefined): MessageTaker {
    const { queues, store, sender } = this.parts;
    const targetOf = (message: number) => {
      const { deadLetterSourceArn = "" } = store.payload(message);
      const target = destination ?? queues.ofArn(deadLetterSourceArn);
      return target === undefined || queues.ofNumber(target.number) === undefined ? undefined : target;
    };
    return {
      accepts: (message) => targetOf(message) !== undefined,
      adopt: (message, now) => {
        const target = targetOf(message);
        if (target === undefined) throw new Error("A message is moved to a queue that is not there.");
        const payload = store.payload(message);
        payload.serial = sender.nextSerial();
        payload.firstReceivedAt = 0;
        payload.deadLetterSourceArn = undefined;
        payload.queue = target;
        target.model.adopt(message, now, "new");
      },
    };
  }

  private queueOf(arn: string, parameter: string): LocalQueue {
    const queue = this.parts.queues.ofArn(arn);
    if (queue === undefined) throw notFound(parameter);
    return queue;
  }

  private sourceOf(handle: string): LocalQueue | undefined {
    try {
      const { sourceArn } = JSON.parse(Buffer.from(handle, "base64").toString()) as { sourceArn?: unknown };
      return typeof sourceArn === "string" ? this.parts.queues.ofArn(sourceArn) : undefined;
    } catch {
      return undefined;
    }
  }
}

interface Task {
  readonly handle: string;
  readonly destinationArn: string | undefined;
  readonly perSec: number | undefined;
  readonly status: NonNullable<LocalQueue["model"]["moveTask"]>;
}

const NO_SOURCE = "CouldNotDetermineMessageSource";
const NO_DESTINATION = "AWS.SimpleQueueService.NonExistentQueue";
/** ListMessageMoveTasks returns up to ten. */
const MOST_LISTED = 10;

function notFound(parameter: string) {
  return sqsError("ResourceNotFoundException", `The resource that you specified for the ${parameter} parameter doesn't exist.`);
}
