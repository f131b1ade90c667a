/**
 * A message's body as JSON that every queue takes. SQS refuses the characters U+FFFE and U+FFFF (SendMessage, SQS API
 * reference), which JSON allows; written as escapes they arrive all the same.
 */
export function messageText(content: unknown): string {
  return JSON.stringify(content).replace(/[\uFFFE\uFFFF]/g, (character) => `\\u${character.charCodeAt(0).toString(16)}`);
}

/**
 * What a message's body holds: parsed, and taken out of the envelope that SNS puts around what it delivers unless the
 * subscription asks for raw delivery (SNS Developer Guide, sns-message-and-json-formats).
 *
 * @throws {Error} When it is no JSON. It tells nothing of what it is instead: this ends in a log.
 */
export function messageContent(body: string): unknown {
  const content = parsed(body);
  const { Type: type, TopicArn: topic, Message: message } = Object(content) as Readonly<Record<string, unknown>>;
  const isEnvelope = type === "Notification" && typeof topic === "string" && typeof message === "string";
  return isEnvelope ? parsed(message) : content;
}

/** The same, undefined when it is no JSON: for those to whom that is one more message that they cannot read. */
export function contentIfAny(body: string): unknown {
  try {
    return messageContent(body);
  } catch {
    return undefined;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Error("The message holds no JSON.");
  }
}
