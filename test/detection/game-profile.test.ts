import { describe, expect, it } from "vitest";
import { priorBaselineOf } from "../../src/detection/baseline.ts";
import { GameProfile, profileOf } from "../../src/detection/game-profile.ts";
import { shooter } from "../../src/detection/profile.ts";
import { scoreEvidence } from "../../src/detection/score.ts";
import { career, evidenceOf } from "./builders.ts";

const metric = {
  name: "lap_time",
  kind: "latency",
  unit: "s",
  range: [10, 600],
  direction: "low",
  group: "information",
  prior: { median: 90, spread: 0.1 },
} as const;
const racing = profileOf("racing", GameProfile.parse({ shooter: false, metrics: [metric] }));
const laps = (seconds: number) =>
  evidenceOf(
    career(12, {}).map((s, i) => ({ ...s, metrics: { lap_time: seconds * (1 + (i % 3) / 100), other: 1 } })),
  );

describe("a declared profile", () => {
  it("gives its metrics the same detectors, and never scores undeclared ones", () => {
    const score = scoreEvidence(laps(45), priorBaselineOf(racing), racing);
    expect(score.ledger.map(({ id }) => id)).toContain("information.lap-time-level");
    expect(Object.keys(score.statistics.cells)).not.toContain("other");
    expect(Object.keys(score.versions.detectors)).toContain("information.lap-time-level");
    expect(scoreEvidence(laps(88), priorBaselineOf(racing), racing).risk).toBeLessThan(4_000);
  });

  it("adds to the built-in metrics unless it says otherwise, and none is the built-in one", () => {
    expect(profileOf("mine", null)).toBe(shooter);
    const both = profileOf("mine", GameProfile.parse({ metrics: [metric] }));
    expect(both.metrics.length).toBe(shooter.metrics.length + 1);
    expect(racing.metrics.map(({ id }) => id)).toEqual(["lap_time"]);
  });

  it("judges a metric without a prior by the scope's own players alone", () => {
    const { prior: _prior, ...bare } = metric;
    const profile = profileOf("racing", GameProfile.parse({ shooter: false, metrics: [bare] }));
    const { ledger } = scoreEvidence(laps(45), priorBaselineOf(profile), profile);
    expect(ledger.map(({ id }) => id)).not.toContain("information.lap-time-level");
  });

  it.each([
    [{ ...metric, range: [600, 10] }],
    [{ ...metric, range: [0, 10] }],
    [{ ...metric, kind: "proportion", range: [0, 1], exposure: "sessions" }],
    [{ ...metric, kind: "proportion", range: [0, 2], exposure: "kills" }],
    [{ ...metric, name: "Lap Time" }],
    [{ ...metric, direction: "odd" }],
  ])("refuses %j", (broken) => {
    expect(GameProfile.safeParse({ metrics: [broken] }).success).toBe(false);
  });

  it("refuses two metrics of one name", () => {
    expect(GameProfile.safeParse({ metrics: [metric, metric] }).success).toBe(false);
  });
});
