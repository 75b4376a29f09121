import { describe, expect, it } from "vitest";
import { priorBaseline } from "../../src/detection/baseline.ts";
import type { EventEvidence, Evidence } from "../../src/detection/evidence.ts";
import type { Score } from "../../src/detection/risk.ts";
import { scoreEvidence } from "../../src/detection/score.ts";
import { asOfMs, career, classic, dayMs, event, evidenceOf } from "./builders.ts";

const judge = (evidence: Evidence): Score => scoreEvidence(evidence, priorBaseline);
const logged = (...events: EventEvidence[]): Score => judge(evidenceOf(career(6, {}), events));
const kinds = (score: Score): string[] => score.ledger.map((line) => line.kind);
const hourMs = 3_600_000;

describe("log signatures", () => {
  it.each<[string, EventEvidence[], boolean]>([
    ["one alone", [event("1", "aimbot_lock")], false],
    ["one, sent twice", [event("1", "aimbot_lock"), event("1", "aimbot_lock")], false],
    ["two", [event("1", "aimbot_lock"), event("2", "aimbot_lock")], true],
    ["one and a headshot spike", [event("1", "wallhack_trigger"), event("2", "headshot_spike")], true],
    ["one and an impossible reaction", [event("1", "speed_hack"), event("2", "impossible_reaction")], true],
    ["one and a speed anomaly", [event("1", "speed_hack"), event("2", "speed_anomaly")], true],
    ["one and a manual flag", [event("1", "speed_hack"), event("2", "manual_flag")], false],
    [
      "one and a reported spike",
      [event("1", "speed_hack"), event("2", "headshot_spike", { source: "report" })],
      false,
    ],
    [
      "two, one of them a report",
      [event("1", "speed_hack"), event("2", "speed_hack", { source: "report" })],
      false,
    ],
    [
      "two by a detector",
      [event("1", "speed_hack", { source: "detector" }), event("2", "speed_hack", { source: "detector" })],
      false,
    ],
    [
      "a spike 24 h away",
      [event("1", "speed_hack"), event("2", "headshot_spike", { detectedAtMs: asOfMs - 2 * dayMs })],
      true,
    ],
    [
      "a spike 25 h away",
      [event("1", "speed_hack"), event("2", "headshot_spike", { detectedAtMs: asOfMs - 2 * dayMs - hourMs })],
      false,
    ],
    [
      "spikes alone",
      [event("1", "headshot_spike"), event("2", "impossible_reaction"), event("3", "speed_anomaly")],
      false,
    ],
  ])("%s", (_name, events, proof) => {
    const score = logged(...events);
    expect(kinds(score).includes("proof")).toBe(proof);
    expect(score.risk >= 7500).toBe(proof);
    if (proof) expect(score.ledger.find((line) => line.kind === "proof")?.sentence).toContain("proof");
  });

  it("puts a single one in the elevated band, and several spikes below it", () => {
    expect(logged(event("1", "aimbot_lock")).band).toBe("elevated");
    expect(
      logged(event("1", "headshot_spike"), event("2", "headshot_spike"), event("3", "manual_flag")).band,
    ).toBe("low");
  });

  it("proves nothing from a server that is not trusted", () => {
    const evidence = evidenceOf(career(6, {}), [event("1", "aimbot_lock"), event("2", "speed_hack")]);
    expect(kinds(judge({ ...evidence, serverTrusted: false }))).not.toContain("proof");
  });

  it("needs no sessions: a proof lifts abstention and the uncalibrated cap", () => {
    const score = judge(
      evidenceOf(
        [],
        [event("1", "aimbot_lock"), event("2", "headshot_spike"), event("3", "impossible_reaction")],
      ),
    );
    expect(score.confidence).toBe("sufficient");
    expect(score.risk).toBeGreaterThanOrEqual(7500);
    expect(score.risk).toBeLessThanOrEqual(8999);
    expect(kinds(score)).not.toContain("abstention");
  });

  it("still is a proof a year later, no higher than when it was new", () => {
    const events = [event("1", "aimbot_lock"), event("2", "speed_hack")];
    const old = events.map((e) => ({ ...e, detectedAtMs: asOfMs - 365 * dayMs }));
    expect(logged(...old).risk).toBeGreaterThanOrEqual(7500);
    expect(logged(...old).risk).toBeLessThan(logged(...events).risk);
  });
});

describe("corroboration", () => {
  const blatant = { headshotRate: 0.95, accuracy: 0.75, headHitRate: 0.8, firstBulletAccuracy: 0.85 };
  const signatures = Array.from({ length: 10 }, (_, i) => event(`${i}`, "aimbot_lock"));
  const reports = Array.from({ length: 60 }, (_, i) =>
    event(`r${i}`, "manual_report", { source: "report", severity: "critical" }),
  );

  it("of another group is needed for 90", () => {
    const cheat = judge(
      evidenceOf(career(30, { ...blatant, killsPerMinute: 2.5, damagePerRound: 300 }), signatures),
    );
    expect(cheat.band).toBe("critical");
    expect(kinds(cheat)).not.toContain("cap");
  });

  it("is not what people's reports are", () => {
    const reported = judge(
      evidenceOf(
        [],
        [
          ...signatures,
          ...reports,
          event("d", "aimbot_suspected", { source: "detector", severity: "critical" }),
        ],
      ),
    );
    expect(reported.risk).toBe(8999);
    expect(reported.ledger.at(-1)?.id).toBe("corroboration");
  });
});

describe("reaction floor", () => {
  const reacting = (...reactions: number[]): Score =>
    judge(
      evidenceOf(
        reactions.map((ms, i) =>
          classic(`${i}`, { reactionTimeMs: ms, actionsPerMinute: 40 + 7 * (i % 4) }, i),
        ),
      ),
    );

  it.each<[string, number[], boolean]>([
    ["three sessions of 99 ms", [99, 99, 99], true],
    ["two, and one of 100 ms", [99, 99, 100], false],
    ["two alone", [80, 80], false],
    ["three of twelve", [80, 80, 80, 230, 240, 250, 230, 220, 240, 250, 230, 240], true],
    [
      "three of sixteen",
      [80, 80, 80, 230, 240, 250, 230, 220, 240, 250, 230, 240, 220, 240, 250, 230],
      false,
    ],
  ])("%s", (_name, reactions, proof) => {
    const score = reacting(...reactions);
    expect(kinds(score).includes("proof")).toBe(proof);
    expect(score.risk >= 7500).toBe(proof);
  });

  it.each([
    [109, true],
    [110, false],
  ])("at a mean of %i ms finds the floor broken: %s", (ms, found) => {
    expect(reacting(ms, ms, ms, 230).ledger.some((line) => line.id === "reaction.floor")).toBe(found);
  });
});
