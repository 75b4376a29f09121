/** What of a score is counted, and on which day. */
import { describe, expect, it } from "vitest";
import { type Counted, countScore, flagsOfDay } from "../../src/detection/flag-count.ts";

const said = { judged: ["aim.change", "reaction.floor"], suspect: ["aim.change"] };
const was: Counted = { day: 10, toMs: 1_000, flags: [] };
const score = { was, newestMs: 2_000, day: 11, said, excluded: false };

describe("a score", () => {
  it.each([
    ["the first with a new session of the day", score, true, { day: 11, toMs: 2_000, flags: said.suspect }],
    ["the first of all", { ...score, was: null }, true, { day: 11, toMs: 2_000, flags: said.suspect }],
    ["another of the same day", { ...score, day: 10 }, false, { day: 10, toMs: 2_000, flags: [] }],
    ["one of a clock that went back", { ...score, day: 9 }, false, { day: 10, toMs: 2_000, flags: [] }],
    ["one without a new session", { ...score, newestMs: 1_000 }, false, { ...was, flags: said.suspect }],
    ["one whose newest session went", { ...score, newestMs: 900 }, false, { ...was, flags: said.suspect }],
    ["one without any session", { ...score, newestMs: null }, false, was],
    [
      "one of an excluded player",
      { ...score, excluded: true },
      false,
      { day: 10, toMs: 2_000, flags: said.suspect },
    ],
  ])("%s", (_, given, counts, counted) => {
    expect(countScore(given)).toEqual({ counts, counted });
  });

  it("of fifty on a day counts once, whatever their order of days", () => {
    let counted: Counted | null = null;
    let n = 0;
    for (let i = 0; i < 100; i++) {
      const next = countScore({
        was: counted,
        newestMs: i + 1,
        day: Math.floor(i / 50),
        said,
        excluded: false,
      });
      counted = next.counted;
      n += Number(next.counts);
    }
    expect(n).toBe(2);
  });
});

describe("the counts of a day", () => {
  const versions = { "aim.change": 3, "reaction.floor": 2 };
  const counting = { said, versions, before: [], versionsBefore: versions };

  it.each([
    ["newly", counting, 1],
    ["not newly, found before", { ...counting, before: ["aim.change"] }, 0],
    ["not newly, nobody knows what was found before", { ...counting, before: null }, 0],
    ["not newly, by another version", { ...counting, versionsBefore: { ...versions, "aim.change": 2 } }, 0],
    ["newly, at the first score", { ...counting, before: null, versionsBefore: null }, 1],
  ])("hold what was found %s", (_, one, newly) => {
    expect(flagsOfDay(4, [one])).toEqual({
      day: 4,
      detectors: { "aim.change": [3, 1, 1, newly], "reaction.floor": [2, 1, 0, 0] },
    });
  });

  it("are a sum, and nothing where nothing counts", () => {
    expect(flagsOfDay(4, [counting, counting, counting])?.detectors["aim.change"]).toEqual([3, 3, 3, 3]);
    expect(flagsOfDay(4, [])).toBeNull();
  });
});
