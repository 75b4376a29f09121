/** Two texts about one suspicion: everything for the analyst; for the player what was seen, but not how. */
import type { Group, LedgerLine } from "../detection/risk.ts";
import type { DecisionType } from "./decision.ts";

export const audiences = ["analyst", "player"] as const;
export type Audience = (typeof audiences)[number];

/** The frozen score of a case, as far as it is explained. Risk in hundredths of a point. */
export interface ExplainedScore {
  readonly risk: number;
  readonly confidence: string;
  readonly calibrated: boolean;
  readonly ledger: readonly LedgerLine[];
  readonly versions: {
    readonly core: number;
    readonly profile: number;
    readonly baseline: number;
    readonly detectors: Readonly<Record<string, number>>;
  };
}

export interface ExplainedCase {
  readonly id: number;
  readonly playerId: number;
  readonly game: string;
  readonly mode: string;
  readonly origin: string;
  /** ISO 8601. */
  readonly openedAt: string;
  readonly score: ExplainedScore;
}

export interface ExplainedDecision {
  readonly id: number;
  readonly type: DecisionType;
  readonly origin: "person" | "automatic";
  /** `*`: every game. */
  readonly game: string;
  /** ISO 8601. */
  readonly startsAt: string;
  /** Null: it has no end. */
  readonly expiresAt: string | null;
  readonly policy: string | null;
  readonly appealed: boolean;
}

const pointsText = (hundredths: number): string =>
  `${hundredths > 0 ? "+" : ""}${(hundredths / 100).toFixed(2)}`;

const usedVersions = ({ ledger, versions }: ExplainedScore): string => {
  const used = ledger.flatMap(({ id }) =>
    id in versions.detectors ? [`${id} ${versions.detectors[id]}`] : [],
  );
  const rest = used.length > 0 ? `; detectors ${used.join(", ")}` : "";
  return `Versions: core ${versions.core}, profile ${versions.profile}, baseline ${versions.baseline}${rest}.`;
};

function lineText(line: LedgerLine): string {
  const sessions = line.sessionIds.length > 0 ? ` Sessions: ${line.sessionIds.join(", ")}.` : "";
  const rare = line.per100k === null ? "" : ` Of 100,000 honest players ${line.per100k} go as far.`;
  return `${pointsText(line.points)} ${line.kind} ${line.id}: ${line.sentence}${rare}${sessions}`;
}

function caseText({ id, playerId, game, mode, origin, openedAt, score }: ExplainedCase): string[] {
  const risk = (score.risk / 100).toFixed(2);
  const scope = score.calibrated ? "calibrated" : "uncalibrated";
  return [
    `Case ${id}: player ${playerId} in ${game}/${mode}, opened ${openedAt} (${origin}) at ${risk} points, confidence ${score.confidence}, ${scope} scope.`,
    ...(score.ledger.length > 0 ? score.ledger.map(lineText) : ["The ledger has no lines."]),
    usedVersions(score),
  ];
}

function decisionText(decision: ExplainedDecision): string {
  const where = decision.game === "*" ? "all games" : decision.game;
  const end = decision.expiresAt === null ? "without end" : `to ${decision.expiresAt}`;
  const policy = decision.policy === null ? "" : ` by policy ${decision.policy}`;
  const appeal = decision.appealed ? " It was appealed." : "";
  return `Decision ${decision.id} (${decision.origin}): ${decision.type} in ${where}${policy}, from ${decision.startsAt} ${end}.${appeal}`;
}

/** Everything that a case rests on, in the ledger's own words; what reviewers said of it is shown elsewhere. */
export function analystText(ofCase: ExplainedCase | null, decision: ExplainedDecision | null): string {
  const lines = [
    ...(decision === null ? [] : [decisionText(decision)]),
    ...(ofCase === null ? ["It has no case, so no evidence is frozen for it."] : caseText(ofCase)),
  ];
  return lines.join("\n");
}

/**
 * What is said of each group. No metric, threshold, number, detector or session, so that the text teaches nobody how
 * to stay below. Reports are left out: they never decide, and a player who reads of them looks for who reported.
 */
const seen: Readonly<Record<Exclude<Group, "report">, string>> = {
  aim: "Your aim in several matches was far outside what players of this mode show.",
  reaction: "You reacted faster in several matches than players of this mode do.",
  automation: "Your play in several matches was unlike play by hand.",
  information: "How you fared in several matches was far outside what players of this mode show.",
  movement: "You moved in several matches unlike players of this mode do.",
  log: "The game itself recorded something in your matches that ordinary play does not cause.",
};

const nothingSeen = "What the game recorded of your matches was looked at.";

const effects: Readonly<Record<DecisionType, string>> = {
  watch: "Your matches are looked at more closely than others.",
  trust_pool: "Whom you are matched with was changed.",
  restrict: "Some parts of the game are closed to you.",
  kick: "You were removed from a match.",
  suspend: "You cannot play for now.",
  ban: "You can no longer play.",
};

const deciders: Readonly<Record<ExplainedDecision["origin"], string>> = {
  person: "A person looked at this and decided.",
  automatic: "This was decided automatically, by rules that the game has set.",
};

/** A group is named if it carries so much of what speaks for the suspicion, or is a proof. Chosen by us. */
const namedShare = 0.1;

/** The groups to name, the weightiest first; at least one where any speaks for the suspicion. */
function namedGroups(ledger: readonly LedgerLine[]): Exclude<Group, "report">[] {
  const weights = new Map<Exclude<Group, "report">, number>();
  const proven = new Set<Group>();
  for (const { group, kind, points } of ledger) {
    if (group === null || group === "report" || points <= 0) continue;
    weights.set(group, (weights.get(group) ?? 0) + points);
    if (kind === "proof") proven.add(group);
  }
  const total = [...weights.values()].reduce((sum, points) => sum + points, 0);
  return [...weights]
    .sort(([, a], [, b]) => b - a)
    .filter(([group, points], place) => place === 0 || proven.has(group) || points >= namedShare * total)
    .map(([group]) => group);
}

function appealText({ appealed }: ExplainedDecision): string {
  return appealed
    ? "This decision was appealed. Somebody who had no part in it looks at it again."
    : "You can appeal this decision once. Somebody who had no part in it will look at it again.";
}

/** What the player may read: fixed sentences only, so that nothing of the evidence can slip in. */
export function playerText(ledger: readonly LedgerLine[] | null, decision: ExplainedDecision | null): string {
  const groups = namedGroups(ledger ?? []);
  const observed = groups.length > 0 ? groups.map((group) => seen[group]) : [nothingSeen];
  const lines = [
    ...(decision === null ? [] : [effects[decision.type]]),
    ...(ledger === null ? [] : observed),
    ...(decision === null ? [] : [deciders[decision.origin], appealText(decision)]),
  ];
  return lines.join("\n");
}
