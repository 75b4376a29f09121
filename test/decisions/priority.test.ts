import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { busySessions, priorityOf, type Urgency } from "../../src/decisions/priority.ts";

const nowMs = 1_800_000_000_000;
const dayMs = 86_400_000;
const busy: Urgency = {
  risk: 9_000,
  confidence: "sufficient",
  lastSeenMs: nowMs,
  recentSessions: busySessions,
  credibility: 0.5,
};

const urgency = fc.record({
  risk: fc.integer({ min: 0, max: 10_000 }),
  confidence: fc.constantFrom("sufficient" as const, "insufficient" as const),
  lastSeenMs: fc.integer({ min: 0, max: nowMs + dayMs }),
  recentSessions: fc.integer({ min: 0, max: 100 }),
  credibility: fc.double({ min: 0, max: 1, noNaN: true }),
});

describe("the priority of a case", () => {
  it.each([
    ["plays every day", {}, 0.9],
    ["is not judged yet", { confidence: "insufficient" }, 0.45],
    ["is reported by people who are always right", { credibility: 1 }, 1.35],
    ["is reported by people who are never right", { credibility: 0 }, 0.45],
    ["was last seen two days ago", { lastSeenMs: nowMs - 2 * dayMs }, 0.495],
    ["plays no more", { lastSeenMs: 0, recentSessions: 0 }, 0.09],
    ["played once", { recentSessions: 0 }, 0.495],
    ["plays ahead of the clock", { lastSeenMs: nowMs + dayMs }, 0.9],
  ] as const)("of somebody who %s", (_, more, expected) => {
    expect(priorityOf({ ...busy, ...more }, nowMs)).toBeCloseTo(expected, 5);
  });

  it("never falls with risk, presence or credibility, and stays between 0 and 1.5", () => {
    fc.assert(
      fc.property(urgency, fc.integer({ min: 1, max: 5_000 }), (case_, more) => {
        const before = priorityOf(case_, nowMs);
        expect(before).toBeGreaterThanOrEqual(0);
        expect(before).toBeLessThanOrEqual(1.5);
        for (const up of [
          { ...case_, risk: Math.min(10_000, case_.risk + more) },
          { ...case_, lastSeenMs: case_.lastSeenMs + more * 60_000 },
          { ...case_, recentSessions: case_.recentSessions + 1 },
          { ...case_, credibility: Math.min(1, case_.credibility + more / 10_000) },
          { ...case_, confidence: "sufficient" as const },
        ])
          expect(priorityOf(up, nowMs)).toBeGreaterThanOrEqual(before);
      }),
    );
  });
});
