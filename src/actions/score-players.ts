/** The one scoring path: load bounded evidence, run the pure core, store what it says in one batch. */
import type { SQL } from "drizzle-orm";
import {
  batch,
  type Db,
  expectChanges,
  isFull,
  isGuardViolation,
  isUniqueViolation,
  type Statement,
} from "../db/client.ts";
import {
  changedOf,
  type LoadedReport,
  type LoadedStanding,
  loadBaselines,
  loadStandings,
} from "../db/evidence.ts";
import {
  addRiskToTotals,
  type Escalation,
  type MovedModes,
  moveTops,
  type NewScore,
  type StoredScore,
  storeScores,
  takeRiskFromTotals,
} from "../db/standings.ts";
import { evidenceCredibility, neutralCredibility } from "../decisions/credibility.ts";
import type { EvidencePart } from "../decisions/judged-evidence.ts";
import { bandOf } from "../detection/bands.ts";
import { type Baseline, priorBaselineOf } from "../detection/baseline.ts";
import type { Evidence } from "../detection/evidence.ts";
import type { Band } from "../detection/risk.ts";
import { judgeEvidence } from "../detection/score.ts";
import { busy } from "../http/problem.ts";
import { planSweepCases, type SweepCases } from "./cases/sweep-openings.ts";
import { loadProfiles, loadProfileVersions, type VersionedProfile } from "./profiles.ts";
import { withPoint } from "./risk-history.ts";
import { appendNews, placedScore, type Rescored } from "./scope-news.ts";
import { countStanding, type StandingCounts } from "./watch/standing-counts.ts";

type MeasureOfScope = Rescored["measure"];

/** Neutral until servers are rated, and where nobody reported. */
const neutral = { serverTrusted: true, reporterCredibility: neutralCredibility } as const;

const scopeKey = (scope: { game: string; mode: string }) => `${scope.game}\n${scope.mode}`;
const bandOrder: readonly Band[] = ["low", "elevated", "suspicious", "critical"];

/** A standing with its new score, which is not stored yet. */
export interface Scored extends Omit<NewScore, "dueAtMs"> {
  readonly loaded: LoadedStanding;
  readonly measure: Measure;
  readonly evidence: Evidence;
  /** The score as the core gave it: of an excluded player, {@link NewScore.score} is placed nowhere. */
  readonly judged: StoredScore;
  /** What this score adds to the counts of its scope. */
  readonly counts: StandingCounts;
  /** What any part of the evidence would be scored, by the same measure at the same time. */
  readonly judge: (part: EvidencePart) => StoredScore;
}

/** What a standing is judged by. */
interface Measure extends MeasureOfScope {
  readonly baseline: Baseline;
}

/** The declarations that standings were scored by before, where these are others than now. */
const earlierKeys = (standings: readonly LoadedStanding[], profileOf: (game: string) => VersionedProfile) =>
  standings.flatMap(({ game, previous }) => {
    const version = previous?.versions.profile ?? 0;
    return version === 0 || version === profileOf(game).version ? [] : [[game, version] as const];
  });

/** Finds what the standings of any of these scopes are judged by. */
async function loadMeasures(db: Db, standings: readonly LoadedStanding[]) {
  const scopes = new Map(standings.map(({ game, mode }) => [scopeKey({ game, mode }), { game, mode }]));
  const games = standings.map(({ game }) => game);
  const [loaded, profileOf] = await Promise.all([
    loadBaselines(db, [...scopes.values()]),
    loadProfiles(db, games),
  ]);
  const earlierOf = await loadProfileVersions(db, earlierKeys(standings, profileOf));
  const byScope = new Map(loaded.map((scope) => [scopeKey(scope), scope]));
  return (standing: LoadedStanding): Measure => {
    const judgedBy = profileOf(standing.game);
    const scope = byScope.get(scopeKey(standing));
    return {
      judgedBy,
      baseline: scope?.baseline ?? priorBaselineOf(judgedBy.profile),
      undeclared: new Set(scope?.undeclared ?? []),
      earlier: (version) => earlierOf(standing.game, version),
    };
  };
}

/** How far reports are believed, as the score keeps it: without reports nothing is said, and it is neutral. */
const toldBy = (reports: readonly LoadedReport[], nowMs: number) =>
  reports.length > 0 ? { reporterCredibility: evidenceCredibility(reports, nowMs) } : {};

function scoreOne(loaded: LoadedStanding, measure: Measure, nowMs: number): Scored {
  const { game, mode, sessions, events, reports, playerId, revision } = loaded;
  const evidence = { game, mode, asOfMs: nowMs, sessions, events, ...neutral, ...toldBy(reports, nowMs) };
  const { profile, version } = measure.judgedBy;
  const judgePart = (part: EvidencePart) => {
    const shown = new Set(part.events.map(({ id }) => id));
    const told = toldBy(
      reports.filter(({ id }) => shown.has(id)),
      nowMs,
    );
    const { sessions, events } = part;
    const { score, said } = judgeEvidence(
      { ...evidence, sessions, events, ...told },
      measure.baseline,
      profile,
    );
    return { score: { ...score, versions: { ...score.versions, profile: version }, ...told }, said };
  };
  const judge = (part: EvidencePart): StoredScore => judgePart(part).score;
  const { score: judged, said } = judgePart(loaded);
  const score = placedScore(judged, loaded.excluded);
  const history = withPoint(loaded.history, score);
  const counts = countStanding({ loaded, score, said, evidence, profile });
  const { counted } = counts;
  return {
    loaded,
    measure,
    evidence,
    playerId,
    mode,
    revision,
    judged,
    score,
    judge,
    history,
    counted,
    counts,
  };
}

/** Scores standings as they were loaded; stores nothing. */
export async function judgeStandings(
  db: Db,
  standings: readonly LoadedStanding[],
  nowMs: number,
): Promise<Scored[]> {
  const measureOf = await loadMeasures(db, standings);
  return standings.map((loaded) => scoreOne(loaded, measureOf(loaded), nowMs));
}

function escalationsOf(scored: readonly Scored[]): Escalation[] {
  return scored.flatMap(({ loaded, score, playerId, mode }) => {
    const from = bandOf(loaded.risk);
    if (bandOrder.indexOf(score.band) <= bandOrder.indexOf(from)) return [];
    return [{ playerId, mode, fromBand: from, toBand: score.band, risk: score.risk, atMs: score.asOfMs }];
  });
}

/** Scores a statement: one that names many sessions by long ids weighs 90 KB, and D1 takes 2 MB as one value. */
const scoresPerStatement = 16;

/** Each statement must change what it was given: else a standing moved on, and the whole batch is void. */
function storesOf(db: Db, scored: readonly Scored[], { dueAtMs }: SweepCases): Statement[] {
  const statements: Statement[] = [];
  for (let from = 0; from < scored.length; from += scoresPerStatement) {
    const part = scored.slice(from, from + scoresPerStatement);
    const scores = part.map((each) => ({ ...each, dueAtMs: dueAtMs(each) }));
    statements.push(storeScores(db, scores), db.all(expectChanges(scores.length)));
  }
  return statements;
}

function movedModesOf(scored: readonly Scored[]): MovedModes[] {
  return [...Map.groupBy(scored, ({ playerId }) => playerId)].map(([playerId, own]) => ({
    playerId,
    scored: own.map(({ mode }) => mode),
    fell: own.filter(({ loaded, score }) => score.risk < loaded.risk).map(({ mode }) => mode),
  }));
}

/** Everything that a set of new scores changes, as one transaction. */
function statementsOf(db: Db, scored: readonly Scored[], cases: SweepCases): Statement[] {
  const playerIds = [...new Set(scored.map(({ playerId }) => playerId))];
  const settled = scored.filter(({ loaded }) => loaded.wasPending).length;
  return [
    takeRiskFromTotals(db, playerIds, settled),
    ...storesOf(db, scored, cases),
    moveTops(db, movedModesOf(scored)),
    addRiskToTotals(db, playerIds, escalationsOf(scored)),
    ...appendNews(db, scored),
    ...cases.statements,
  ];
}

/** Lost races in a row after which a slice leaves its standings to the next one. */
const maxAttempts = 5;

/**
 * Scores the standings that `from` names and stores the results with the cases that they open, all or none. Evidence
 * that changes in between refuses the batch by its revision, a case that was opened by its index, and the slice starts
 * over with what is stored then.
 * @returns how many standings were scored; null if others kept changing them
 */
export async function scoreStandings(db: Db, from: SQL, nowMs: number): Promise<number | null> {
  for (let tries = 1; tries <= maxAttempts; tries++) {
    const standings = await loadStandings(db, from);
    if (standings.length === 0) return 0;
    const scored = await judgeStandings(db, standings, nowMs);
    const cases = await planSweepCases(db, scored, nowMs);
    try {
      await batch(db, statementsOf(db, scored, cases));
      return scored.length;
    } catch (error) {
      if (!isGuardViolation(error) && !isUniqueViolation(error)) throw error;
    }
  }
  return null;
}

/**
 * Scores a player that was changed since its last score; nothing to do for any other. A store without room keeps the
 * score that it has, and its `as_of` says since when.
 */
export async function settlePlayer(db: Db, playerId: number, nowMs: number): Promise<void> {
  try {
    if ((await scoreStandings(db, changedOf(playerId), nowMs)) === null) throw busy();
  } catch (error) {
    if (!isFull(error)) throw error;
  }
}

/** A stored score, as it was written. */
export function storedScore(result: string | null): StoredScore | null {
  return result === null ? null : (JSON.parse(result) as StoredScore);
}
