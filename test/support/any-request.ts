import fc from "fast-check";

/** Any JSON, and JSON that is nearly what is asked for: the sample with one of its parts replaced, left out, or added to. */
export function anyBody(sample: unknown): fc.Arbitrary<unknown> {
  const paths = pathsIn(sample);
  const change = fc.record({ path: fc.constantFrom(...paths), value: fc.option(anyValue(), { nil: undefined }), extra: fc.boolean() });
  return fc.oneof(
    { weight: 1, arbitrary: fc.json().map((text) => JSON.parse(text) as unknown) },
    {
      weight: 4,
      arbitrary: fc
        .array(change, { maxLength: 3 })
        .map((changes) => changes.reduce((body, { path, value, extra }) => changed(body, path, value, extra), sample) ?? null),
    },
  );
}

/** Texts that are no JSON for the most part. */
export function anyText(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("", "{", "[[[[", '{"a":1', "null", '"\\ud800"', "[".repeat(5000), "1e400"),
  );
}

function anyValue(): fc.Arbitrary<unknown> {
  return fc.oneof(
    fc.jsonValue(),
    fc.string({ unit: "binary", maxLength: 400 }),
    fc.double(),
    fc.constantFrom(-1, 0, 0.1, 1e308, Number.MAX_SAFE_INTEGER + 1, "", "\uffff", "__proto__", "2026-01-15T12:00:00Z", "0".repeat(2000)),
  );
}

type Path = readonly string[];

function pathsIn(value: unknown): Path[] {
  if (typeof value !== "object" || value === null) return [[]];
  return [[], ...Object.entries(value).flatMap(([key, part]) => pathsIn(part).map((path) => [key, ...path]))];
}

function changed(body: unknown, [key, ...rest]: Path, value: unknown, extra: boolean): unknown {
  if (key === undefined)
    return extra && typeof body === "object" && body !== null && !Array.isArray(body) ? { ...body, extra: value } : value;
  // An earlier change may have taken the place away.
  if (typeof body !== "object" || body === null || !Object.hasOwn(body, key)) return body;
  const part = changed((body as Readonly<Record<string, unknown>>)[key], rest, value, extra);
  return Array.isArray(body) ? (body as unknown[]).with(Number(key), part) : { ...body, [key]: part };
}
