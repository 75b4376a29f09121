/** The two texts: the analyst's leaves nothing out, and the player's tells nobody how to stay below. */
import { describe, expect, it } from "vitest";
import { decisionTypes } from "../../src/decisions/decision.ts";
import {
  analystText,
  type ExplainedCase,
  type ExplainedDecision,
  type ExplainedScore,
  playerText,
} from "../../src/decisions/explanation.ts";
import { priorBaseline } from "../../src/detection/baseline.ts";
import { shooter } from "../../src/detection/profile.ts";
import { detectors } from "../../src/detection/registry.ts";
import type { Group, LedgerLine } from "../../src/detection/risk.ts";
import { scoreEvidence } from "../../src/detection/score.ts";
import { fixtures } from "../detection/fixtures.ts";

const decision: ExplainedDecision = {
  id: 31,
  type: "ban",
  origin: "person",
  game: "cs2",
  startsAt: "2026-11-01T12:00:00.000Z",
  expiresAt: null,
  policy: "cheating",
  appealed: false,
};

const line = (group: Group | null, points: number, more: Partial<LedgerLine> = {}): LedgerLine => ({
  kind: "term",
  id: group === null ? "abstention" : `${group}.thing`,
  group,
  points,
  sentence: "Hit 61.2 % of 900 shots.",
  observed: 0.612,
  unit: "share",
  median: 0.21,
  per100k: 0.4,
  exposure: 900,
  sinceMs: 0,
  sessionIds: ["secret-session"],
  ...more,
});

/** The score of what a detector must suspect, alone with its ledger. */
function scoreOf(id: string): ExplainedScore {
  const fixture = fixtures[id];
  if (fixture === undefined) throw new Error(`${id} has no fixture`);
  const score = scoreEvidence(fixture.positive, fixture.baseline ?? priorBaseline);
  return { ...score, versions: { ...score.versions, profile: 0 } };
}

/** Words that the player must not read, whatever was detected. */
const secrets = [
  ...detectors.flatMap(({ id }) => [id, id.split(".")[1] ?? id, id.replaceAll(/[.-]/g, " ")]),
  ...shooter.metrics.flatMap(({ id, label, unit }) => [id, id.replaceAll("_", " "), label, unit]),
  ...[
    "accuracy",
    "headshot",
    "threshold",
    "score",
    "risk",
    "points",
    "session",
    "median",
    "percent",
    "detector",
  ],
  ...["report", "average", "baseline", "statistic", "ms"],
].map((word) => word.toLowerCase());
const wordsOf = (text: string) => ` ${text.toLowerCase().replaceAll(/[^a-z0-9_.%/-]+/g, " ")} `;

/** What of the secrets a text holds as words of their own, and every digit. */
const leaksIn = (text: string): string[] => [
  ...secrets.filter((secret) => wordsOf(text).includes(` ${secret} `)),
  ...(text.match(/[0-9%]/g) ?? []),
];

/** Everything that a player can be told of a ledger. */
const textsOf = (ledger: readonly LedgerLine[]): string[] => [
  playerText(ledger, null),
  ...decisionTypes.flatMap((type) =>
    (["person", "automatic"] as const).flatMap((origin) =>
      [true, false].map((appealed) => playerText(ledger, { ...decision, type, origin, appealed })),
    ),
  ),
];

describe("for the player", () => {
  it.each(detectors.map(({ id }) => id))("%s: nothing of how it was seen", (id) => {
    const { ledger } = scoreOf(id);
    const texts = textsOf(ledger);
    expect(texts).toHaveLength(25);
    for (const text of texts) expect(leaksIn(text), text).toEqual([]);
    const told = texts.join("\n");
    for (const secret of ledger.flatMap(({ sentence, sessionIds }) => [sentence, ...sessionIds])) {
      expect(told).not.toContain(secret);
    }
  });

  it("the search for leaks finds them", () => {
    expect([...new Set(leaksIn("Your accuracy was 61 %."))]).toEqual(["accuracy", "6", "1", "%"]);
    for (const { id } of detectors) expect(leaksIn(`Seen by ${id} today`)).toContain(id);
    for (const { label } of shooter.metrics) expect(leaksIn(`Your ${label} was odd`)).not.toEqual([]);
  });

  it.each([
    ["aim", "Your aim in several matches was far outside what players of this mode show."],
    ["reaction", "You reacted faster in several matches than players of this mode do."],
    ["automation", "Your play in several matches was unlike play by hand."],
    ["information", "How you fared in several matches was far outside what players of this mode show."],
    ["movement", "You moved in several matches unlike players of this mode do."],
    ["log", "The game itself recorded something in your matches that ordinary play does not cause."],
  ] as const)("%s is named by kind", (group, sentence) => {
    expect(playerText([line(group, 7_000)], null)).toBe(sentence);
  });

  it("reports are not, and neither is what hardly counts, but a proof always is", () => {
    const plain = "What the game recorded of your matches was looked at.";
    expect(playerText([line("report", 3_000)], null)).toBe(plain);
    expect(playerText([line(null, -500, { kind: "abstention" })], null)).toBe(plain);
    expect(playerText([], null)).toBe(plain);
    const weak = [line("aim", 9_001), line("reaction", 1_000)];
    expect(playerText(weak, null)).not.toContain("reacted");
    const weighty = [line("aim", 9_000), line("reaction", 1_000)];
    expect(
      playerText(weighty, null)
        .split("\n")
        .map((text) => text.slice(0, 8)),
    ).toEqual(["Your aim", "You reac"]);
    expect(playerText([line("aim", 9_990), line("reaction", 10, { kind: "proof" })], null)).toContain(
      "reacted",
    );
  });

  it("a decision says what it does, who made it, and that it can be appealed once", () => {
    expect(playerText([line("aim", 7_000)], decision).split("\n")).toEqual([
      "You can no longer play.",
      "Your aim in several matches was far outside what players of this mode show.",
      "A person looked at this and decided.",
      "You can appeal this decision once. Somebody who had no part in it will look at it again.",
    ]);
    const automatic = playerText(null, { ...decision, origin: "automatic", appealed: true });
    expect(automatic).toContain("automatically");
    expect(automatic).toContain("was appealed");
    expect(automatic).not.toContain("matches was");
  });
});

describe("for the analyst", () => {
  const ofCase = (score: ExplainedScore): ExplainedCase => ({
    id: 17,
    playerId: 5,
    game: "cs2",
    mode: "premier",
    origin: "detection",
    openedAt: "2026-11-01T11:00:00.000Z",
    score,
  });

  it.each(detectors.map(({ id }) => id))("%s: every line of the ledger, and what made it", (id) => {
    const score = scoreOf(id);
    const text = analystText(ofCase(score), null);
    expect(text).toContain("Case 17: player 5 in cs2/premier");
    for (const { sentence, sessionIds } of score.ledger) {
      for (const said of [sentence, ...sessionIds]) expect(text).toContain(said);
    }
    expect(text).toContain(`${id} ${score.versions.detectors[id]}`);
    expect(text.split("\n")).toHaveLength(score.ledger.length + 2);
  });

  it("a decision, with its case and without", () => {
    const text = analystText(null, { ...decision, game: "*", appealed: true });
    expect(text.split("\n")).toEqual([
      "Decision 31 (person): ban in all games by policy cheating, from 2026-11-01T12:00:00.000Z without end. It was appealed.",
      "It has no case, so no evidence is frozen for it.",
    ]);
  });
});
