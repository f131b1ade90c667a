import { describe, expect, it } from "vitest";
import { durationSampler } from "../../../sim/kernel/distributions.ts";
import { RandomStream } from "../../../sim/kernel/random.ts";
import { TickCalendar } from "../../../sim/kernel/tick-calendar.ts";
import { Users, type UserGroup } from "../../../sim/model/users.ts";

const WAKES = 1;
const ANSWERS = 2;

/** Users whose every question is answered after a fixed time, or never. */
class UsersWorld {
  readonly asked: { user: number; question: number; at: number }[] = [];
  readonly users: Users;
  private readonly calendar = new TickCalendar();

  constructor(groups: readonly Partial<UserGroup>[], answerAfterMs: number) {
    this.users = new Users({
      calendar: this.calendar,
      wakes: WAKES,
      groups: groups.map((group, index) => ({ ...PLAIN, thinkTime: thinkTime(index), ...group })),
      ask: (user, question, _group, now) => {
        this.asked.push({ user, question, at: now });
        if (answerAfterMs < Infinity) this.calendar.schedule(now + answerAfterMs, ANSWERS, this.asked.length - 1);
      },
    });
  }

  runTo(until: number, isServed = true): void {
    while (this.calendar.advance(until)) {
      const { kind, subject, now } = this.calendar;
      if (kind === WAKES) this.users.userWakes(subject, now);
      else this.users.answered(this.asked[subject]!.user, this.asked[subject]!.question, isServed, now);
    }
  }

  timesOf(user: number): number[] {
    return this.asked.filter((question) => question.user === user).map(({ at }) => at);
  }
}

const PLAIN = { users: 1, startAtMs: 0, spawnEveryMs: 1000, stopAtMs: Infinity, patienceMs: 10_000, waitsUntilServed: true };
const thinkTime = (group: number, sec = 2) => durationSampler({ kind: "constant", sec }, new RandomStream(1, `think ${String(group)}`));

describe("users", () => {
  it("come one after the other at the spawn rate", () => {
    const world = new UsersWorld(
      [
        { users: 20, spawnEveryMs: 1000 },
        { users: 30, spawnEveryMs: 100, startAtMs: 5000 },
      ],
      100_000,
    );
    world.runTo(9999);
    expect([0, 1, 9].map((user) => world.timesOf(user)[0])).toEqual([0, 1000, 9000]);
    expect([20, 21, 49].map((user) => world.timesOf(user)[0])).toEqual([5000, 5100, 7900]);
  });

  it("ask again when they have been answered and have thought", () => {
    const world = new UsersWorld([{}], 500);
    world.runTo(8000);
    expect(world.timesOf(0)).toEqual([0, 2500, 5000, 7500]);
    expect(world.users.groups[0]).toMatchObject({ asked: 4, answered: 4, refused: 0 });
    expect(world.users.groups[0]!.responseMs.mean).toBe(500);
  });

  it("count a refusal apart, and think as after an answer", () => {
    const world = new UsersWorld([{}], 500);
    world.runTo(5200, false);
    expect(world.users.groups[0]).toMatchObject({ asked: 3, answered: 0, refused: 2 });
  });

  it("give up when their patience ends, and are not reached by the answer to an old question", () => {
    const world = new UsersWorld([{ patienceMs: 1000 }], 3500);
    world.runTo(6100);
    expect(world.timesOf(0)).toEqual([0, 3000, 6000]);
    expect(world.users.groups[0]).toMatchObject({ asked: 3, answered: 0, gaveUp: 2 });
  });

  it("stop to ask when their time is over, but still take an answer", () => {
    const world = new UsersWorld([{ stopAtMs: 3000 }], 500);
    world.runTo(100_000);
    expect(world.timesOf(0)).toEqual([0, 2500]);
    expect(world.users.groups[0]).toMatchObject({ asked: 2, answered: 2 });
  });

  it("move time on by a tick at least, though they are answered at once and never think", () => {
    const world = new UsersWorld([{ thinkTime: thinkTime(9, 0) }], 0);
    world.runTo(100);
    expect(world.asked).toHaveLength(101);
  });
});
