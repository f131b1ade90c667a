import { join } from "node:path";
import { RandomStream } from "../../../sim/index.ts";
import type { Machine, Machines, Notice } from "../autoscaling/machines.ts";
import { ImdsServer } from "../imds/imds-server.ts";
import type { InstanceDescription } from "../imds/instance-description.ts";
import { InstanceProcess, type InstanceProgram } from "./instance-process.ts";
import { LaunchPace } from "./launch-pace.ts";

export interface LocalFleetOptions {
  /** What runs on every instance. */
  readonly program: InstanceProgram;
  /** Its settings. Added are where its metadata is, and port 0 for its pages. */
  readonly environment: (machine: Machine) => Readonly<Record<string, string>>;
  /** What ran on an instance has ended by itself. */
  readonly gone: (machine: Machine, how: string) => void;
  /** An instance has answered GET /ready well for the first time. Default: nobody is told. */
  readonly ready?: (machine: Machine) => void;
  /** An instance has answered GET /health badly for too long. Default: nobody is told. */
  readonly unhealthy?: (machine: Machine) => void;
  /** Folder for a log of each instance; undefined for none. */
  readonly logFolder?: string;
  readonly accountId?: string;
  readonly region?: string;
  /** Processes at a time. Default: {@link MOST_PROCESSES}. */
  readonly mostProcesses?: number;
  /** Launches a second. Default: 10. */
  readonly launchesPerSec?: number;
  /** From SIGTERM to SIGKILL for an instance that is ended and has not been told before, milliseconds. Default: 2,000. */
  readonly powerOffMs?: number;
  /** How often an instance that runs dies, and with which seed. Default: never. */
  readonly crashes?: { readonly perInstanceHour: number; readonly seed: number };
  readonly healthChecks?: HealthChecks;
}

export interface HealthChecks {
  /** Milliseconds. Default: 5,000. */
  readonly everyMs: number;
  /** Bad answers in a row. Default: 3. */
  readonly failures: number;
}

/** What is known of one instance, for whoever shows it. */
export interface InstanceStatus {
  readonly instanceId: string;
  readonly groupName: string;
  readonly phase: "waiting" | "starting" | "ready" | "told";
  readonly pid: number | undefined;
  /** Where it answers, once it has said so. */
  readonly port: number | undefined;
  /** From the start of its process to its first ready answer, milliseconds. */
  readonly startedInMs: number | undefined;
}

/**
 * A fleet on this machine: an instance is a process, with a metadata service of its own. What EC2 would do to an instance
 * happens to its process: it is started after its launch, told to shut down, turned off; it may crash.
 */
export class LocalFleet implements Machines {
  private readonly options: LocalFleetOptions;
  private readonly instances = new Map<string, Running>();
  private readonly pace: LaunchPace<string>;
  private readonly crashes: RandomStream | undefined;
  private readonly closing = new Set<Promise<unknown>>();
  private processes = 0;
  private isClosed = false;

  constructor(options: LocalFleetOptions) {
    this.options = options;
    const { mostProcesses = MOST_PROCESSES, launchesPerSec = 10, crashes } = options;
    this.pace = new LaunchPace({ perSec: launchesPerSec, hasRoom: () => this.processes < mostProcesses });
    this.crashes = crashes === undefined || crashes.perInstanceHour === 0 ? undefined : new RandomStream(crashes.seed, "crashes");
  }

  /** How long instances took from the start of their process to their first ready answer, milliseconds. */
  readonly startTimesMs: number[] = [];

  start(machine: Machine): void {
    if (this.isClosed) return;
    const { instanceId } = machine;
    const running: Running = { machine, phase: "waiting", process: undefined, timers: new Set(), startedInMs: undefined };
    this.instances.set(instanceId, running);
    this.pace.add(instanceId, () => {
      this.processes += 1;
      void this.launch(running);
    });
  }

  tell(instanceId: string, notice: Notice): void {
    const running = this.instances.get(instanceId);
    if (running === undefined) return;
    // By metadata alone: it looks there by itself.
    if (notice !== "shutdown") {
      running.phase = "told";
      return;
    }
    if (running.process === undefined) {
      this.drop(running);
      this.options.gone(running.machine, "shut down before it started");
    } else {
      running.phase = "told";
      running.process.shutDown();
    }
  }

  end(instanceId: string): void {
    const running = this.instances.get(instanceId);
    if (running === undefined) return;
    this.drop(running);
    running.process?.turnOff(this.options.powerOffMs ?? USUAL_POWER_OFF_MS);
  }

  /** Kills the process of an instance, as a crash would; of the first that runs unless one is named. False when there is none. */
  crash(instanceId?: string): boolean {
    const running =
      instanceId === undefined ? [...this.instances.values()].find(({ process }) => process !== undefined) : this.instances.get(instanceId);
    running?.process?.kill();
    return running?.process !== undefined;
  }

  status(): readonly InstanceStatus[] {
    return [...this.instances.values()].map(({ machine, phase, process, startedInMs }) => ({
      instanceId: machine.instanceId,
      groupName: machine.groupName,
      phase,
      pid: process?.pid,
      port: process?.port,
      startedInMs,
    }));
  }

  /** Starts nothing any more, kills everything, and waits until it is gone. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.pace.clear();
    for (const running of [...this.instances.values()]) {
      this.drop(running);
      running.process?.kill();
    }
    while (this.closing.size > 0) await Promise.all(this.closing);
  }

  private async launch(running: Running): Promise<void> {
    const { machine } = running;
    const { program, environment, logFolder } = this.options;
    const imds = new ImdsServer(this.describe(machine));
    let left: () => void = () => undefined;
    const whole = new Promise<void>((resolve) => (left = resolve));
    this.closing.add(whole);
    const finish = () => {
      this.processes -= 1;
      void imds.close().then(() => {
        this.closing.delete(whole);
        left();
      });
      this.pace.look();
    };
    const endpoint = await imds.start();
    // It may have been ended meanwhile.
    if (this.instances.get(machine.instanceId) !== running) {
      finish();
      return;
    }
    const startedAt = performance.now();
    const process = new InstanceProcess({
      program,
      environment: { METRICS_PORT: "0", ...environment(machine), AWS_EC2_METADATA_SERVICE_ENDPOINT: endpoint },
      logPath: logFolder === undefined ? undefined : join(logFolder, `${machine.instanceId}.log`),
      exited: (how) => {
        finish();
        if (this.instances.get(machine.instanceId) !== running) return;
        this.drop(running);
        this.options.gone(machine, how);
      },
    });
    running.process = process;
    if (running.phase === "waiting") running.phase = "starting";
    this.mayCrash(running);
    this.awaitReady(running, startedAt);
  }

  private awaitReady(running: Running, startedAt: number): void {
    this.after(running, READY_EVERY_MS, async () => {
      if (running.process === undefined) return;
      if (!(await running.process.answers("ready", ANSWER_MS))) {
        this.awaitReady(running, startedAt);
        return;
      }
      running.startedInMs = performance.now() - startedAt;
      this.startTimesMs.push(running.startedInMs);
      if (running.phase === "starting") running.phase = "ready";
      this.options.ready?.(running.machine);
      this.watchHealth(running, 0);
    });
  }

  private watchHealth(running: Running, failures: number): void {
    const { everyMs, failures: most } = this.options.healthChecks ?? USUAL_HEALTH_CHECKS;
    this.after(running, everyMs, async () => {
      const isHealthy = (await running.process?.answers("health", ANSWER_MS)) === true;
      if (running.phase === "told") return;
      if (!isHealthy && failures + 1 >= most) this.options.unhealthy?.(running.machine);
      else this.watchHealth(running, isHealthy ? 0 : failures + 1);
    });
  }

  private mayCrash(running: Running): void {
    const perInstanceHour = this.options.crashes?.perInstanceHour ?? 0;
    if (this.crashes === undefined) return;
    const lifeMs = Math.max(1, Math.round((this.crashes.exponential() * HOUR_MS) / perInstanceHour));
    if (lifeMs < LONGEST_TIMEOUT_MS) this.after(running, lifeMs, () => running.process?.kill());
  }

  /** Once, unless the instance is gone by then. */
  private after(running: Running, delayMs: number, act: () => unknown): void {
    if (this.instances.get(running.machine.instanceId) !== running) return;
    const timer = setTimeout(() => {
      running.timers.delete(timer);
      void act();
    }, delayMs);
    running.timers.add(timer);
  }

  /** It is no instance any more; its process may still be on its way out. */
  private drop(running: Running): void {
    const { machine, timers } = running;
    this.instances.delete(machine.instanceId);
    this.pace.withdraw(machine.instanceId);
    for (const timer of timers) clearTimeout(timer);
  }

  private describe(machine: Machine): InstanceDescription {
    const { accountId = "000000000000", region = "us-east-1" } = this.options;
    const { life } = machine;
    return {
      instanceId: machine.instanceId,
      instanceType: machine.instanceType,
      imageId: "ami-00000000000000000",
      accountId,
      region,
      availabilityZone: machine.availabilityZone,
      privateIp: "127.0.0.1",
      purchase: machine.isSpot ? "spot" : "on-demand",
      launchedAt: Date.now(),
      roleName: "worker",
      get targetLifecycleState() {
        return life.targetLifecycleState();
      },
      get spotAction() {
        const at = life.spotInterruptionAt();
        return at === undefined ? undefined : { action: "terminate" as const, at };
      },
      get rebalanceRecommendedAt() {
        return life.rebalanceRecommendedAt();
      },
    };
  }
}

interface Running {
  readonly machine: Machine;
  phase: InstanceStatus["phase"];
  process: InstanceProcess | undefined;
  readonly timers: Set<NodeJS.Timeout>;
  startedInMs: number | undefined;
}

/** What a machine of today can hold, each being a Node process of some 60 MB. */
export const MOST_PROCESSES = 64;
const USUAL_POWER_OFF_MS = 2000;
const USUAL_HEALTH_CHECKS: HealthChecks = { everyMs: 5000, failures: 3 };
const READY_EVERY_MS = 50;
const ANSWER_MS = 2000;
const HOUR_MS = 3_600_000;
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;
