/** The quick yes to a row against the schema: never a yes to what the schema refuses or would change. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isPlainRow } from "../../src/telemetry/plain-row.ts";
import { SessionRow } from "../../src/telemetry/session.ts";

const edges = [0, -0, 1, -1, 0.5, 1.1, 1_440, 1_441, 10_000, 10_000.5, 1e6, 1e6 + 1, 1e12, 1e13, 1e18];
const odd = fc.oneof(
  fc.constantFrom<unknown>(null, undefined, true, "", "1", [], {}, Number.NaN, Number.POSITIVE_INFINITY),
  fc.constantFrom(...edges, Number.MAX_SAFE_INTEGER, 2 ** 53),
  fc.double(),
);
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 130 }),
  fc.string({ minLength: 1, maxLength: 12 }),
  fc.constantFrom(
    "x".repeat(64),
    "x".repeat(65),
    "x".repeat(128),
    "x".repeat(129),
    "\ud800",
    "a\u0007",
    "é",
    "😀",
  ),
);
const name = fc.oneof(text, odd);
const number = fc.oneof(fc.integer({ min: 0, max: 1_000 }), fc.double({ min: 0, max: 1 }), odd);
const time = fc.oneof(
  fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }).map((date) => date.toISOString()),
  fc.constantFrom(
    "2026-10-29T00:16:56Z",
    "2026-10-29T00:16:56+02:00",
    "2026-10-29T00:16:56",
    "2026-02-30T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-10-29 00:16:56Z",
  ),
  odd,
);
const metrics = fc.oneof(
  fc.dictionary(fc.constantFrom("a", "head_hit_rate", "A", "__proto__", "", "x".repeat(65)), number),
  fc.constant(Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`m${n}`, n]))),
  odd,
);

const fields: Record<keyof SessionRow, fc.Arbitrary<unknown>> = {
  player_id: number,
  player: name,
  session_id: name,
  recorded_at: time,
  game: name,
  mode: name,
  build: name,
  server: name,
  duration_minutes: number,
  actions_per_minute: number,
  headshot_rate: number,
  reaction_time_ms: number,
  kills: number,
  deaths: number,
  headshots: number,
  shots_fired: number,
  shots_hit: number,
  movement_speed: number,
  metrics,
};

const good = {
  player: "76561198000000000",
  session_id: "m-1:p-7",
  recorded_at: "2026-10-29T00:16:56.000Z",
  kills: 16,
};
/** A good row with a few of its fields replaced: rows of nothing but odd values would all be refused. */
const row = fc
  .record(fields, { requiredKeys: [] })
  .chain((all) => fc.subarray(Object.entries(all), { maxLength: 2 }))
  .map((some) => ({ ...good, ...Object.fromEntries(some) }));

const without = (value: object) =>
  Object.fromEntries(Object.entries(value).filter(([, part]) => part != null));

describe("the quick yes", () => {
  it("is said only to what the schema takes, and takes as it stands", () => {
    let yes = 0;
    const check = (input: unknown) => {
      if (!isPlainRow(input)) return;
      yes += 1;
      const parsed = SessionRow.safeParse(input);
      expect(parsed.success).toBe(true);
      expect(without(parsed.data ?? {})).toEqual(without(input));
    };
    fc.assert(fc.property(fc.oneof({ weight: 9, arbitrary: row }, fc.anything()), check), { numRuns: 5_000 });
    expect(yes).toBeGreaterThan(500);
  });

  it("is said to every row that the schema takes of what senders send", () => {
    const check = (input: object) => {
      // The schema drops a metric of this name; that is its own to do.
      fc.pre(!Object.hasOwn(Object((input as SessionRow).metrics), "__proto__"));
      expect(isPlainRow(input)).toBe(SessionRow.safeParse(input).success);
    };
    fc.assert(fc.property(row, check), { numRuns: 5_000 });
  });

  it.each([null, undefined, 7, "x", [], [good]])("is not said to %j", (input) => {
    expect(isPlainRow(input)).toBe(false);
  });
});
