import { z } from "zod";
import { SQS_GUIDE, duration, number } from "./kit.ts";

export const producer = z
  .strictObject({
    apiTime: duration({ title: "API", description: "From the client's request to the API's answer." }).prefault({
      kind: "constant",
      sec: 0,
    }),
    topicTime: duration({
      title: "Topic",
      description:
        "From the API's answer to the message being in the queue, as by way of an SNS topic: tens of milliseconds are usual; not documented by AWS.",
    }).prefault({ kind: "constant", sec: 0 }),
    failedProbability: number({
      min: 0,
      max: 1,
      default: 0,
      title: "Failed requests",
      unit: "of requests",
      description: "The API answers with an error, and nothing is sent.",
    }),
    lostProbability: number({
      min: 0,
      max: 1,
      default: 0,
      title: "Lost messages",
      unit: "of accepted requests",
      description: "The API has accepted, but the message never reaches the queue.",
    }),
    repeatedProbability: number({
      min: 0,
      max: 1,
      default: 0,
      title: "Sent again",
      unit: "of messages",
      description:
        "The queue has the message, but SQS's answer is lost and the sender sends again. A standard queue then has it twice, a FIFO queue knows it again for five minutes.",
      source: `${SQS_GUIDE}/FIFO-queues-exactly-once-processing.html`,
    }),
    repeatAfterSec: number({ min: 0, max: 3600, default: 1, title: "Sent again after", unit: "s" }),
  })
  .prefault({})
  .meta({ title: "Producer", description: "The way of a message from the client to the queue." });
