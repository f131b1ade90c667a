import { describe, expect, it } from "vitest";
import { CachedParameter } from "../../../runtime/aws/parameter-store.ts";

/** A parameter whose value a test changes, and a clock that it moves. */
function world() {
  const state = { now: 0, value: "first", reads: 0, isDown: false };
  const parameter = new CachedParameter({
    clock: { now: () => state.now, at: () => () => undefined },
    read: () => {
      state.reads += 1;
      return state.isDown ? Promise.reject(new Error("no answer")) : Promise.resolve(state.value);
    },
    cachedMs: 1000,
    renewEveryMs: 100,
  });
  return { state, parameter };
}

describe("a cached parameter", () => {
  it("is read once for many who ask, and again when its time is up", async () => {
    const { state, parameter } = world();
    await Promise.all([parameter.value(), parameter.value(), parameter.value()]);
    state.value = "second";
    state.now = 999;
    expect(await parameter.value()).toBe("first");
    expect(state.reads).toBe(1);
    state.now = 1000;
    expect(await parameter.value()).toBe("second");
    expect(state.reads).toBe(2);
  });

  it("is renewed at once for one whose secret does not fit, but no more often than agreed", async () => {
    const { state, parameter } = world();
    await parameter.value();
    state.value = "second";
    state.now = 99;
    expect(await parameter.renewed()).toBe("first");
    state.now = 100;
    expect(await parameter.renewed()).toBe("second");
    for (let asked = 0; asked < 50; asked += 1) await parameter.renewed();
    expect(state.reads).toBe(2);
    expect(await parameter.value()).toBe("second");
  });

  it("holds on to the value it knows while there is no other, and tells of the failure when it knows none", async () => {
    const { state, parameter } = world();
    state.isDown = true;
    await expect(parameter.value()).rejects.toThrow("no answer");
    state.isDown = false;
    await parameter.value();
    state.isDown = true;
    state.now = 5000;
    expect(await parameter.value()).toBe("first");
    await expect(parameter.renewed()).rejects.toThrow("no answer");
    state.isDown = false;
    state.value = "second";
    expect(await parameter.value()).toBe("second");
  });
});
