import { longestHookMs } from "../../../sim/index.ts";
import type { RequestFields } from "../request-fields.ts";
import type { AwsRecord } from "../service.ts";
import { autoScalingError } from "./errors.ts";
import type { LiveGroup } from "./live-group.ts";

/** The hooks of a group: here at most one on the way in and one on the way out. */
export class LifecycleHooks {
  private readonly group: LiveGroup;
  private readonly hooks = new Map<Transition, Hook>();
  private readonly shortestMs: number;

  /** @param shortestMs Least heartbeat timeout: 30,000 on AWS. */
  constructor(group: LiveGroup, { shortestMs }: { shortestMs: number }) {
    this.group = group;
    this.shortestMs = shortestMs;
  }

  /** PutLifecycleHook: new, or with the fields that are given changed. It counts for instances that enter it from now on. */
  put(fields: RequestFields): void {
    const name = fields.text("LifecycleHookName", { longest: 255 });
    const before = this.all().find((hook) => hook.name === name);
    const transition = before?.transition ?? fields.oneOf("LifecycleTransition", TRANSITIONS);
    const other = this.hooks.get(transition);
    if (other !== undefined && other.name !== name) {
      throw autoScalingError("LimitExceeded", `The embedded AWS has one hook a transition, and ${other.name} is it: delete that first.`);
    }
    const timeoutSec = fields.optionalWhole("HeartbeatTimeout", { min: this.shortestMs / 1000, max: LONGEST_TIMEOUT_SEC });
    const hook: Hook = {
      name,
      transition,
      timeoutMs: timeoutSec === undefined ? (before?.timeoutMs ?? USUAL_TIMEOUT_MS) : timeoutSec * 1000,
      defaultResult: fields.optionalOneOf("DefaultResult", RESULTS) ?? before?.defaultResult ?? "ABANDON",
      opaque: {
        NotificationTargetARN: fields.optionalText("NotificationTargetARN"),
        RoleARN: fields.optionalText("RoleARN"),
        NotificationMetadata: fields.optionalText("NotificationMetadata"),
      },
    };
    this.hooks.set(transition, hook);
    this.apply();
  }

  delete(name: string): void {
    const hook = this.named(name);
    this.hooks.delete(hook.transition);
    this.apply();
  }

  describe(names: readonly string[]): readonly AwsRecord[] {
    return this.all()
      .filter(({ name }) => names.length === 0 || names.includes(name))
      .map(({ name, transition, timeoutMs, defaultResult, opaque }) => ({
        LifecycleHookName: name,
        AutoScalingGroupName: this.group.name,
        LifecycleTransition: transition,
        HeartbeatTimeout: timeoutMs / 1000,
        GlobalTimeout: longestHookMs(timeoutMs) / 1000,
        DefaultResult: defaultResult,
        ...opaque,
      }));
  }

  /** The transition that a hook is for. */
  transitionOf(name: string): "launch" | "terminate" {
    return this.named(name).transition === LAUNCHING ? "launch" : "terminate";
  }

  private all(): readonly Hook[] {
    return [...this.hooks.values()];
  }

  private named(name: string): Hook {
    const hook = this.all().find((candidate) => candidate.name === name);
    if (hook === undefined) throw autoScalingError("ValidationError", `No lifecycle hook found with name ${name} in ${this.group.name}.`);
    return hook;
  }

  private apply(): void {
    const { settings } = this.group;
    const modelled = (hook: Hook | undefined) =>
      hook === undefined
        ? undefined
        : {
            timeoutMs: hook.timeoutMs,
            heartbeatTimeoutMs: hook.timeoutMs,
            defaultResult: hook.defaultResult === "CONTINUE" ? ("continue" as const) : ("abandon" as const),
          };
    settings.launchHook = modelled(this.hooks.get(LAUNCHING));
    settings.terminateHook = modelled(this.hooks.get(TERMINATING));
  }
}

interface Hook {
  readonly name: string;
  readonly transition: Transition;
  readonly timeoutMs: number;
  readonly defaultResult: (typeof RESULTS)[number];
  readonly opaque: AwsRecord;
}

const LAUNCHING = "autoscaling:EC2_INSTANCE_LAUNCHING";
const TERMINATING = "autoscaling:EC2_INSTANCE_TERMINATING";
const TRANSITIONS = [LAUNCHING, TERMINATING] as const;
type Transition = (typeof TRANSITIONS)[number];
export const RESULTS = ["CONTINUE", "ABANDON"] as const;
/** API reference, PutLifecycleHook. */
const USUAL_TIMEOUT_MS = 3_600_000;
const LONGEST_TIMEOUT_SEC = 7200;
