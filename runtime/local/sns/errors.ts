import { AwsError } from "../service.ts";

/** The errors of SNS (API reference). */
export function invalidParameter(what: string): AwsError {
  return new AwsError("InvalidParameter", `Invalid parameter: ${what}`);
}

export function topicNotFound(): AwsError {
  return new AwsError("NotFound", "Topic does not exist", { statusCode: 404 });
}

export function subscriptionNotFound(): AwsError {
  return new AwsError("NotFound", "Subscription does not exist", { statusCode: 404 });
}
