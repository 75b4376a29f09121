import fc from "fast-check";
import { expect, it } from "vitest";
import { canonicalJson } from "../../src/decisions/canonical-json.ts";

it("is the text of RFC 8785, 3.2.3, keys in the order of their code units", () => {
  const value = {
    "\u20ac": "Euro",
    "\r": "CR",
    10: 1,
    1: 2,
    "\u{1f600}": "smile",
    a: [1e21, -0, 0.1, null, true],
    x: undefined,
  };
  expect(canonicalJson(value)).toBe(
    '{"\\r":"CR","1":2,"10":1,"a":[1e+21,0,0.1,null,true],"\u20ac":"Euro","\u{1f600}":"smile"}',
  );
});

it("is the same for the same data in any order of keys, and reads back as it", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      expect(JSON.stringify(JSON.parse(text))).toBe(JSON.stringify(JSON.parse(text)));
      expect(canonicalJson(JSON.parse(text))).toBe(text);
      const reversed = (part: unknown): unknown => {
        if (part === null || typeof part !== "object") return part;
        if (Array.isArray(part)) return part.map(reversed);
        const members = Object.entries(part).reverse();
        return Object.fromEntries(members.map(([key, member]) => [key, reversed(member)]));
      };
      expect(canonicalJson(reversed(value))).toBe(text);
    }),
  );
});

it.each([Number.NaN, Number.POSITIVE_INFINITY])("refuses %s, which JSON does not have", (number) => {
  expect(() => canonicalJson({ number })).toThrow();
});
