import { beforeAll, describe, expect, it } from "vitest";
import { builtCommand, headroom } from "../support/command.ts";

beforeAll(builtCommand);

describe.concurrent("headroom serve", () => {
  it.each(["999.1.1.1", "192.0.2.1"])("answers %s, which is no address of this machine, in words", async (host) => {
    const { code, err } = await headroom("serve", "--host", host, "--port", "0");
    expect({ code, err }).toEqual({
      code: 2,
      err: `headroom: ${host} is no address of this machine; leave --host out to serve this machine alone.\n`,
    });
  });
});
