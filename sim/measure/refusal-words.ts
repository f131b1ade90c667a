import type { RefusalCause } from "./result.ts";

/** What a refusal says, without its time: "there is no capacity in any zone that may be tried". */
export const REFUSAL_WORDS: Readonly<Record<RefusalCause, string>> = {
  "no-capacity": "there is no capacity in any zone that may be tried",
  "launch-hook": "the launch hook gave the instance up",
  protected: "all that could go are protected",
  throttled: "the group's API was called too often",
  "replacement-limit": "too many instances are being replaced already",
  suspended: "the process is suspended",
  "termination-function": "the termination function named too few, or did not answer in time",
  concurrency: "the function had as many invocations under way as it may",
};
