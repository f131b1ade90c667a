import { describe, expect, it } from "vitest";
import { cutShort, LongLists, putBack, stubKnown } from "../../web/worker/long-lists.ts";

const counts = Array.from({ length: 5000 }, (_, index) => index);
const document = { name: "a", traffic: { kind: "counts", counts, short: [1, 2, 3] }, sources: [{ counts }, { rate: 2 }] };

describe("long lists", () => {
  it("are taken out and put back, wherever they are", () => {
    const { light, lists } = new LongLists().takeOut(document);
    expect(JSON.stringify(light).length).toBeLessThan(200);
    expect(lists.size).toBe(1);
    expect(putBack(structuredClone(light), (id) => lists.get(id)!)).toEqual(document);
  });

  it("keep their number as long as they are the same list", () => {
    const lists = new LongLists();
    const first = lists.takeOut(document).light;
    expect(lists.takeOut({ ...document, name: "b" }).light).toEqual({ ...(first as object), name: "b" });
    expect([...lists.takeOut({ counts: [...counts] }).lists.keys()]).not.toEqual([...lists.takeOut(document).lists.keys()]);
  });

  it("do not cross again in a copy that was made of them", () => {
    const { light, lists } = new LongLists().takeOut(document);
    const variant = { ...structuredClone(document), name: "b" };
    expect(stubKnown(variant, lists)).toEqual({ ...(light as object), name: "b" });
    const other = { counts: counts.with(4999, -1) };
    expect(stubKnown(other, lists)).toBe(other);
  });

  it("leave alone what has none", () => {
    const small = { a: [1, 2], b: { c: null } };
    expect(new LongLists().takeOut(small).light).toBe(small);
  });

  it("are cut to one number where their values do not matter", () => {
    expect(cutShort(document).traffic).toEqual({ kind: "counts", counts: [0], short: [1, 2, 3] });
  });
});
