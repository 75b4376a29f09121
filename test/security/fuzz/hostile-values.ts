/** What attackers put in the place of good values, and good values with something wrong. */
import fc from "fast-check";
import { exchange, type Json, Members, Raw, sizeOf, textOf } from "./json-text.ts";

const polluted = new Members([["__proto__", new Members([["role", "admin"]])]]);
const nested = (levels: number) => new Raw("[".repeat(levels) + "]".repeat(levels));

/** One of them in the place of anything. */
export const hostileValues: fc.Arbitrary<Json> = fc.constantFrom<Json[]>(
  null,
  true,
  false,
  -1,
  0,
  0.1,
  1e308,
  Number.MAX_SAFE_INTEGER,
  new Raw("1e999"),
  new Raw("-1e999"),
  new Raw("9".repeat(30)),
  new Raw("-0"),
  new Raw("NaN"),
  new Raw("Infinity"),
  new Raw("9007199254740993"),
  "",
  " ",
  "0",
  "1e5",
  "null",
  "\u0000",
  "a\u0007b",
  new Raw('"\\ud800"'),
  new Raw('"a\\udc00\\ud800"'),
  new Raw('"\\u0000"'),
  new Raw('"\ud800"'),
  "\u202ertl",
  "\ufeffbom",
  "\u{1f600}".repeat(64),
  // One character that NFKC makes eighteen of.
  "\ufdfa".repeat(64),
  "I\u0307\u0130",
  "x".repeat(2_001),
  "x".repeat(20_000),
  "__proto__",
  "constructor",
  "toString",
  "../../etc/passwd",
  "%00",
  "' OR 1=1 --",
  "'; DROP TABLE players; --",
  "%' ESCAPE '",
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "{{7*7}}<%= 7*7 %>",
  "line\r\nset-cookie: a=b",
  "2026-02-30T00:00:00Z",
  "+275760-09-13T00:00:00.001Z",
  "0000-01-01T00:00:00Z",
  "9999-12-31T23:59:59Z",
  new Members([]),
  [],
  [[]],
  polluted,
  new Members([["$ne", null]]),
  nested(14),
  nested(40),
);

const strangeNames = fc.constantFrom(
  "surprise",
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "id",
  "role",
  "admin",
  "risk_score",
  "created_by",
  "is_admin",
  "",
  "\u0000",
);

type Change = (part: Json) => Json;
const withMembers = (part: Json, change: (list: Members["list"]) => Members["list"]): Json =>
  part instanceof Members ? new Members(change(part.list)) : [part];

const changes: fc.Arbitrary<Change> = fc.oneof(
  hostileValues.map(
    (value): Change =>
      () =>
        value,
  ),
  fc.tuple(strangeNames, hostileValues).map(
    ([name, value]): Change =>
      (part) =>
        withMembers(part, (list) => [...list, [name, value]]),
  ),
  fc.nat(7).map(
    (place): Change =>
      (part) =>
        withMembers(part, (list) => list.filter((_, at) => at !== place % Math.max(1, list.length))),
  ),
  fc.tuple(fc.nat(7), hostileValues).map(
    ([place, value]): Change =>
      (part) =>
        withMembers(part, (list) => {
          const [name] = list[place % Math.max(1, list.length)] ?? ["a"];
          return [...list, [name, value]];
        }),
  ),
  fc.constantFrom<Change[]>(
    (part) => [part],
    (part) => new Members([["value", part]]),
    (part) => textOf(part),
    (part) => (Array.isArray(part) ? new Members(part.map((each, at) => [String(at), each])) : part),
  ),
);

/** Good values with one or two things wrong. */
export const nearly = (good: fc.Arbitrary<Json>): fc.Arbitrary<Json> =>
  fc
    .tuple(good, fc.array(fc.tuple(fc.nat(), changes), { minLength: 1, maxLength: 2 }))
    .map(([value, edits]) =>
      edits.reduce((now, [place, change]) => exchange(now, place % sizeOf(now), change), value),
    );
