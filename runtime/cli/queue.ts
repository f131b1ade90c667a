import { createInterface } from "node:readline/promises";
import { formatCount, formatDuration, formatNumber } from "../../sim/index.ts";
import { QueueDesk, type QueueFacts, type SeenMessage } from "../aws/queue-desk.ts";
import { AwsFailure } from "../aws/errors.ts";
import { REAL_CLOCK } from "../clock.ts";
import { queueNameOf } from "../metrics/queue-depth.ts";
import { pause } from "../pause.ts";
import { operatorAws } from "./fleet-settings.ts";
import { Interruption } from "./interruption.ts";
import { writeOut } from "./output.ts";
import { EXIT, Problem } from "./problem.ts";

/** `headroom queue depth`: what queue and dead-letter queue hold. */
export function depthCommand(url: string | undefined, json: boolean): Promise<void> {
  return atDesk(url, async (desk) => {
    const facts = await desk.settings();
    const dead = await deadLettersOf(desk, facts);
    const [depth, deadDepth] = await Promise.all([desk.depth(), dead?.depth()]);
    dead?.close();
    if (json)
      return print([`${JSON.stringify({ queue: queueNameOf(desk.queueUrl), ...depth, deadLetters: deadDepth?.visible ?? null })}\n`]);
    const { visible, inFlight, delayed } = depth;
    await print([
      `${queueNameOf(desk.queueUrl)}: ${formatNumber(visible)} visible, ${formatNumber(inFlight)} in flight, ${formatNumber(delayed)} delayed\n`,
      deadDepth === undefined
        ? "It has no dead-letter queue.\n"
        : `${nameIn(facts.deadLetterArn)}, after ${facts.maxReceiveCount ?? 0} receives: ${formatNumber(deadDepth.visible)} dead\n`,
    ]);
  });
}

/** `headroom queue peek`: shows messages and gives them back. */
export function peekCommand(url: string | undefined, options: ListOptions): Promise<void> {
  return atDesk(url, async (desk) => {
    const { maxReceiveCount } = await desk.settings();
    await show(await peeked(desk, options.count), options, maxReceiveCount);
  });
}

/** `headroom queue dlq list`: shows the dead messages of a queue, or of a dead-letter queue itself. */
export function listDeadCommand(url: string | undefined, options: ListOptions): Promise<void> {
  return atDesk(url, async (desk) => {
    const facts = await desk.settings();
    const dead = (await deadLettersOf(desk, facts)) ?? desk;
    await show(await peeked(dead, options.count), options, undefined);
    if (dead !== desk) dead.close();
  });
}

/** `headroom queue dlq redrive`: moves the dead messages of a queue back, and shows how far it has got. */
export function redriveCommand(url: string | undefined, maxPerSec: number | undefined): Promise<void> {
  return atDesk(url, async (desk) => {
    const facts = await desk.settings();
    const dead = await deadLettersOf(desk, facts);
    const arn = facts.deadLetterArn ?? facts.arn;
    const from = dead ?? desk;
    await from.startMove(arn, maxPerSec);
    process.stderr.write(`Moving the messages of ${nameIn(arn)} back to where they came from (Ctrl-C stops watching, not moving)\n`);
    const { signal } = new Interruption("The move goes on without being watched.");
    const outcome = await watched(from, arn, signal);
    dead?.close();
    signal.throwIfAborted();
    if (outcome.status !== "COMPLETED") {
      throw new Problem(
        `The move ended as ${outcome.status} after ${formatCount(outcome.moved, "message")}: ${outcome.failure ?? "no reason given"}.`,
        {
          exitCode: EXIT.checkFailed,
        },
      );
    }
    await print([`${formatCount(outcome.moved, "message")} moved.\n`]);
  });
}

/** `headroom queue purge`: deletes all messages, once its name has been typed. */
export function purgeCommand(url: string | undefined, isSure: boolean): Promise<void> {
  return atDesk(url, async (desk) => {
    const name = queueNameOf(desk.queueUrl);
    const { visible, inFlight, delayed } = await desk.depth();
    const held = formatCount(visible + inFlight + delayed, "message");
    if (!isSure) await confirmed(name, held);
    await desk.purge();
    await print([`${name} is being purged of ${held}; SQS takes up to 60 s for it, and takes no other purge meanwhile.\n`]);
  });
}

export interface ListOptions {
  readonly count: number;
  readonly json: boolean;
}

async function confirmed(name: string, held: string): Promise<void> {
  if (!process.stdin.isTTY) throw new Problem("A purge cannot be undone: at a terminal it asks, elsewhere it wants --yes.");
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`This deletes ${held} for good. Type the queue's name (${name}) to go on: `);
    if (answer.trim() !== name) throw new Problem("That is another name; nothing was deleted.");
  } finally {
    terminal.close();
  }
}

async function atDesk(url: string | undefined, work: (desk: QueueDesk) => Promise<void>): Promise<void> {
  const desk = new QueueDesk(operatorAws(url));
  try {
    await work(desk);
  } catch (error) {
    throw error instanceof AwsFailure ? new Problem(`${error.message}.`, { cause: error, exitCode: EXIT.checkFailed }) : error;
  } finally {
    desk.close();
  }
}

async function deadLettersOf(desk: QueueDesk, { deadLetterArn }: QueueFacts): Promise<QueueDesk | undefined> {
  return deadLetterArn === undefined ? undefined : desk.neighbour(deadLetterArn);
}

/** Receives until there are enough or none come any more, and makes all of them visible again. */
async function peeked(desk: QueueDesk, count: number): Promise<SeenMessage[]> {
  const seen = new Map<string, SeenMessage>();
  let empty = 0;
  try {
    while (seen.size < count && empty < EMPTY_IN_A_ROW) {
      const messages = await desk.receive(Math.min(MOST_PER_CALL, count - seen.size), HIDDEN_SEC);
      empty = messages.length === 0 ? empty + 1 : 0;
      for (const message of messages) seen.set(message.id, message);
    }
  } finally {
    const all = [...seen.values()];
    for (let index = 0; index < all.length; index += MOST_PER_CALL) await desk.giveBack(all.slice(index, index + MOST_PER_CALL));
  }
  return [...seen.values()];
}

async function show(messages: readonly SeenMessage[], { json }: ListOptions, maxReceiveCount: number | undefined): Promise<void> {
  if (json) {
    const shown = messages.map(({ receiptHandle: _, ...message }) => ({
      ...message,
      sentAt: iso(message.sentAt),
      firstReceivedAt: iso(message.firstReceivedAt),
    }));
    return print([`${JSON.stringify(shown, undefined, 2)}\n`]);
  }
  await print(messages.length === 0 ? ["No message was found.\n"] : messages.map((message) => `${described(message).join("\n")}\n\n`));
  if (messages.length === 0) return;
  const near = messages.filter(({ receiveCount }) => maxReceiveCount !== undefined && receiveCount >= maxReceiveCount).length;
  process.stderr.write("Looking counted as a receive for each of them; they are visible again.\n");
  if (near > 0)
    process.stderr.write(
      `${formatCount(near, "message")} reached the limit of ${maxReceiveCount ?? 0} receives by it: the next receive moves them to the dead-letter queue.\n`,
    );
}

function described(message: SeenMessage): string[] {
  const { id, body, receiveCount, sentAt, firstReceivedAt, deadLetterSource, groupId, attributes } = message;
  const now = Date.now();
  const ago = (at: number) => (Number.isFinite(at) ? `${formatDuration(now - at)} ago` : "at an unknown time");
  const named = Object.entries(attributes).map(([name, value]) => `${name}=${value}`);
  return [
    `${id}  sent ${ago(sentAt)}, first received ${ago(firstReceivedAt)}, received ${formatCount(receiveCount, "time")}`,
    ...(deadLetterSource === undefined
      ? []
      : [`  died in ${nameIn(deadLetterSource)}: it was received as often as that queue allows, and never deleted`]),
    ...(groupId === undefined ? [] : [`  group ${groupId}`]),
    ...(named.length === 0 ? [] : [`  ${named.join(", ")}`]),
    `  ${body.length > BODY_SHOWN ? `${body.slice(0, BODY_SHOWN)}… (${formatNumber(body.length)} characters)` : body}`,
  ];
}

async function watched(desk: QueueDesk, arn: string, signal: AbortSignal) {
  for (;;) {
    const progress = await desk.latestMove(arn);
    const { status = "", moved = 0, toMove, failure } = progress ?? {};
    if (status !== "RUNNING" && status !== "CANCELLING" && progress !== undefined) return { status, moved, failure };
    if (signal.aborted) return { status, moved, failure };
    process.stderr.write(`${formatNumber(moved)}${toMove === undefined ? "" : ` of about ${formatNumber(toMove)}`} moved\n`);
    await pause(REAL_CLOCK, WATCH_EVERY_MS, signal);
  }
}

function print(pieces: Iterable<string>): Promise<void> {
  return writeOut(pieces);
}

function nameIn(arn = ""): string {
  return arn.split(":").at(-1) ?? "";
}

function iso(at: number): string | null {
  return Number.isFinite(at) ? new Date(at).toISOString() : null;
}

const MOST_PER_CALL = 10;
/** Long enough to look at a thousand messages; they are made visible before. */
const HIDDEN_SEC = 60;
/** One empty answer may be chance (SQS Developer Guide, sqs-short-and-long-polling). */
const EMPTY_IN_A_ROW = 2;
const BODY_SHOWN = 300;
const WATCH_EVERY_MS = 1000;
