/** What would bring a player under the next lower band, in words that are true. */
import { describe, expect, it } from "vitest";
import { nextBandOf } from "../../src/detection/next-band.ts";
import type { LedgerLine } from "../../src/detection/risk.ts";

const line = (kind: LedgerLine["kind"], points: number, sentence: string): LedgerLine => ({
  kind,
  id: "reaction.floor",
  group: "reaction",
  points,
  sentence,
  observed: null,
  unit: null,
  median: null,
  per100k: null,
  exposure: null,
  sinceMs: null,
  sessionIds: [],
});

describe("the next lower band", () => {
  it.each([
    [3_999, null],
    [4_000, { band: "low", points: 1 }],
    [6_999, { band: "low", points: 3_000 }],
    [7_000, { band: "elevated", points: 1 }],
    [8_999, { band: "elevated", points: 2_000 }],
    [9_000, { band: "suspicious", points: 1 }],
    [10_000, { band: "suspicious", points: 1_001 }],
  ])("of %i hundredths", (risk, expected) => {
    const found = nextBandOf(risk, [line("term", risk, "Aims well.")]);
    if (expected === null) expect(found).toBeNull();
    else expect(found).toMatchObject(expected);
  });

  it("is reached by time or ordinary play where no proof stands, and says what weighs most in its own words", () => {
    const found = nextBandOf(7_500, [line("term", 2_000, "A little."), line("term", 5_500, "Aims well.")]);
    expect(found?.sentence).toBe(
      '5.01 points fewer would be elevated: time, or ordinary sessions that lower what says 55.00 points: "Aims well."',
    );
  });

  it("is not reached by time where a proof stands, however small", () => {
    const found = nextBandOf(9_500, [line("term", 9_000, "Aims well."), line("proof", 500, "No hand does.")]);
    expect(found?.sentence).toContain(
      'neither time nor play undoes a proof; it would have to be refuted: "No hand does."',
    );
    expect(found?.sentence).not.toContain("ordinary sessions");
  });
});
