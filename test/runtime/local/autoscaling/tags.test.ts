import { expect, it } from "vitest";
import { servedGroupWorld } from "../../../support/served-group-world.ts";

const tag = (Key: string, Value?: string) => ({
  ResourceId: "fleet",
  ResourceType: "auto-scaling-group",
  Key,
  Value,
  PropagateAtLaunch: "false",
});

it("groups of the embedded Auto Scaling keep their tags: set, changed, and removed one by one", () => {
  const { call, create, group } = servedGroupWorld();
  create({ Tags: [tag("team", "jobs")] });
  const tags = () => (group() as unknown as { Tags: { Key: string; Value: string }[] }).Tags.map(({ Key, Value }) => `${Key}=${Value}`);
  call("CreateOrUpdateTags", { Tags: [tag("headroom:scaler", "a 1")] });
  call("CreateOrUpdateTags", { Tags: [tag("headroom:scaler", "a 2")] });
  expect(tags()).toEqual(["team=jobs", "headroom:scaler=a 2"]);
  call("DeleteTags", { Tags: [tag("team")] });
  expect(tags()).toEqual(["headroom:scaler=a 2"]);
  expect(() => call("CreateOrUpdateTags", { Tags: [{ ...tag("a", "b"), ResourceId: "no-such-group" }] })).toThrow(/no-such-group/);
});
