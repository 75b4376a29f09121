import { describe, expect, it } from "vitest";
import { priorBaseline } from "../../src/detection/baseline.ts";
import { measureEvidence } from "../../src/detection/measured.ts";
import { detectors, getDetector } from "../../src/detection/registry.ts";
import { scoreEvidence } from "../../src/detection/score.ts";
import { evidenceOf } from "./builders.ts";
import { fixtures } from "./fixtures.ts";

describe("registry", () => {
  it("has no id twice, and every fixture belongs to a detector", () => {
    const ids = detectors.map((detector) => detector.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(Object.keys(fixtures).sort()).toEqual([...ids].sort());
  });

  it("throws for an id that does not exist", () => {
    expect(getDetector("reaction.floor").family).toBe("reaction");
    expect(() => getDetector("reaction.nothing")).toThrow(RangeError);
  });
});

describe.each(detectors.map((detector) => [detector.id, detector] as const))("%s", (id, detector) => {
  const fixture = fixtures[id];

  it("has a card that explains itself", () => {
    expect(detector.sources.length).toBeGreaterThan(0);
    expect(detector.knownFalsePositives.length).toBeGreaterThan(0);
    expect(detector.version).toBeGreaterThanOrEqual(1);
    expect(id.startsWith(`${detector.family}.`)).toBe(true);
    for (const text of [
      detector.summary,
      detector.minimumEvidence,
      ...detector.sources,
      ...detector.knownFalsePositives,
    ]) {
      expect(text.length).toBeGreaterThan(5);
    }
    expect(detector.params.parse({})).toBeTypeOf("object");
  });

  it("suspects its positive fixture and says why", () => {
    if (fixture === undefined) throw new Error(`${id} has no fixture`);
    const baseline = fixture.baseline ?? priorBaseline;
    const finding = detector.evaluate(measureEvidence(fixture.positive), baseline);
    if (finding.outcome !== "suspect") throw new Error(`${id}: ${JSON.stringify(finding)}`);
    expect(finding.surprise).toBeGreaterThan(0);
    expect(finding.sessionIds.length).toBeLessThanOrEqual(10);
    expect(finding.sentence.endsWith(".")).toBe(true);
    expect(finding.anomaly.category).toBe(detector.category);
    expect(finding.anomaly.sessionId).toBe(finding.sessionIds[0] ?? null);
    const score = scoreEvidence(fixture.positive, baseline);
    expect(score.ledger.map((line) => line.id)).toContain(id);
    expect(score.anomalies).toContainEqual(finding.anomaly);
  });

  it("leaves the look-alike alone", () => {
    if (fixture === undefined) throw new Error(`${id} has no fixture`);
    const baseline = fixture.baseline ?? priorBaseline;
    expect(detector.evaluate(measureEvidence(fixture.lookAlike), baseline).outcome).not.toBe("suspect");
    expect(scoreEvidence(fixture.lookAlike, baseline).risk).toBeLessThan(4000);
  });

  it("suspects nobody without evidence", () => {
    expect(detector.evaluate(measureEvidence(evidenceOf([])), priorBaseline).outcome).not.toBe("suspect");
  });
});
