import { deflateSync } from "fflate";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gallery } from "../../sim/index.ts";
import { linkOf, readLink } from "../../web/share/link.ts";
import { isLink } from "../../web/share/link-mark.ts";

const first = gallery[0]!.scenario;

describe("an experiment in a link", () => {
  it("comes back as it went in, whatever it says", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.array(fc.jsonValue(), { maxLength: 3 }), (base, draft, others) => {
        const made = linkOf({ base, draft, others });
        if (!made.ok) return;
        expect(isLink(made.hash)).toBe(true);
        expect(made.hash).toMatch(/^#e1\.[\w-]+$/);
        expect(readLink(made.hash)).toEqual({ ok: true, experiment: JSON.parse(JSON.stringify({ base, draft, others })) as unknown });
      }),
    );
  });

  it("is short enough for a chat, with a scenario and its change", () => {
    const made = linkOf({ base: first, draft: { ...first, worker: { ...first.worker, slots: 8 } } });
    expect(made.ok && made.hash.length).toBeLessThan(3000);
  });

  it("is refused when it would be cut off on its way, with what to do instead", () => {
    const counts = Array.from({ length: 60_000 }, (_, index) => (index * 7919) % 9973);
    expect(linkOf({ base: { counts } })).toMatchObject({ ok: false, problem: expect.stringContaining("as a file") as unknown });
  });
});

describe("a link that somebody else wrote", () => {
  it("never makes the reader throw", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(typeof readLink(`#e1.${text}`).ok).toBe("boolean");
      }),
    );
    const { hash } = linkOf({ base: first }) as { hash: string };
    fc.assert(
      fc.property(fc.nat(hash.length - 1), fc.constantFrom("A", "_", "!", ""), (at, letter) => {
        expect(typeof readLink(hash.slice(0, at) + letter + hash.slice(at + 1)).ok).toBe("boolean");
      }),
    );
  });

  it.each([
    ["characters", "#e1.<script>alert(1)</script>"],
    ["version 9", "#e9.AAAA"],
    ["cut off", "#e1.AAAA"],
    ["no scenario", `#e1.${packed('"text"')}`],
    ["more than 4", `#e1.${packed('{"base":{},"others":[1,2,3,4]}')}`],
    ["more than 4 MB", `#e1.${packed("x".repeat(5_000_000))}`],
  ])("is refused in words: %s", (word, hash) => {
    expect(readLink(hash)).toMatchObject({ ok: false, problem: expect.stringContaining(word) as unknown });
  });
});

function packed(text: string): string {
  return Buffer.from(deflateSync(Buffer.from(text), { level: 9 })).toString("base64url");
}
