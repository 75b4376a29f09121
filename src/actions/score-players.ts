/** The one scoring path: load bounded evidence, run the pure core, store what it says in one batch. */
import type { SQL } from "drizzle-orm";
import { batch, type Db, expectChanges, isGuardViolation, type Statement } from "../db/client.ts";
import { changedOf, type LoadedStanding, loadBaselines, loadStandings } from "../db/evidence.ts";
import {
  addRiskToTotals,
  appendDeltas,
  type Escalation,
  type MovedModes,
  moveTops,
  type NewScore,
  storeScores,
  takeRiskFromTotals,
} from "../db/standings.ts";
import { bandOf } from "../detection/bands.ts";
import { type Baseline, deltaOfAll, isEmptyDelta, priorBaselineOf } from "../detection/baseline.ts";
import type { Profile } from "../detection/profile.ts";
import type { Band, Score } from "../detection/risk.ts";
import { scoreEvidence } from "../detection/score.ts";
import { busy } from "../http/problem.ts";
import { loadProfiles, undeclaredIn } from "./profiles.ts";
import { withPoint } from "./risk-history.ts";

/** Neutral until servers and reporters are rated. */
const neutral = { serverTrusted: true, reporterCredibility: 0.5 } as const;

const scopeKey = (scope: { game: string; mode: string }) => `${scope.game}\n${scope.mode}`;
const bandOrder: readonly Band[] = ["low", "elevated", "suspicious", "critical"];

interface Scored extends NewScore {
  readonly loaded: LoadedStanding;
  readonly measure: Measure;
}

/** What a standing is judged by. */
interface Measure {
  readonly profile: Profile;
  readonly baseline: Baseline;
  /** Metrics that the scope is known to carry undeclared. */
  readonly undeclared: ReadonlySet<string>;
}

/** Finds what the standings of any of these scopes are judged by. */
async function loadMeasures(db: Db, standings: readonly LoadedStanding[]) {
  const scopes = new Map(standings.map(({ game, mode }) => [scopeKey({ game, mode }), { game, mode }]));
  const [loaded, profileOf] = await Promise.all([
    loadBaselines(db, [...scopes.values()]),
    loadProfiles(
      db,
      standings.map(({ game }) => game),
    ),
  ]);
  const byScope = new Map(loaded.map((scope) => [scopeKey(scope), scope]));
  return (standing: LoadedStanding): Measure => {
    const profile = profileOf(standing.game);
    const scope = byScope.get(scopeKey(standing));
    const baseline = scope?.baseline ?? priorBaselineOf(profile);
    return { profile, baseline, undeclared: new Set(scope?.undeclared ?? []) };
  };
}

function scoreOne(loaded: LoadedStanding, measure: Measure, nowMs: number): Scored {
  const { game, mode, sessions, events, playerId, revision } = loaded;
  const evidence = { game, mode, asOfMs: nowMs, sessions, events, ...neutral };
  const score = scoreEvidence(evidence, measure.baseline, measure.profile);
  return { loaded, measure, playerId, mode, revision, score, history: withPoint(loaded.history, score) };
}

/** What a batch of scores tells the baseline job of one scope. */
interface ScopeNews {
  readonly game: string;
  readonly mode: string;
  readonly profile: Profile;
  readonly rescored: { before: Score | null; after: Score }[];
  readonly undeclared: Set<string>;
}

/** What the scores change in each scope's histograms, and the undeclared metrics that are new to it. */
function newsOf(scored: readonly Scored[]): ScopeNews[] {
  const news = new Map<string, ScopeNews>();
  for (const { loaded, score, measure } of scored) {
    const { game, mode } = loaded;
    const { profile } = measure;
    const fresh = { game, mode, profile, rescored: [], undeclared: new Set<string>() };
    const known: ScopeNews = news.get(scopeKey(loaded)) ?? fresh;
    known.rescored.push({ before: loaded.previous, after: score });
    for (const name of undeclaredIn(profile, loaded.sessions)) {
      if (!measure.undeclared.has(name)) known.undeclared.add(name);
    }
    news.set(scopeKey(loaded), known);
  }
  return [...news.values()];
}

/** The news of all scopes; nothing for a batch that has none. */
function appendsOf(db: Db, scored: readonly Scored[]): Statement[] {
  const deltas = newsOf(scored).flatMap(({ game, mode, profile, rescored, undeclared }) => {
    const delta = deltaOfAll(rescored, profile);
    if (isEmptyDelta(delta) && undeclared.size === 0) return [];
    return [{ game, mode, delta, undeclared: [...undeclared] }];
  });
  return appendDeltas(db, deltas);
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
function storesOf(db: Db, scored: readonly Scored[]): Statement[] {
  const statements: Statement[] = [];
  for (let from = 0; from < scored.length; from += scoresPerStatement) {
    const scores = scored.slice(from, from + scoresPerStatement);
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
function statementsOf(db: Db, scored: readonly Scored[]): Statement[] {
  const playerIds = [...new Set(scored.map(({ playerId }) => playerId))];
  const settled = scored.filter(({ loaded }) => loaded.wasPending).length;
  return [
    takeRiskFromTotals(db, playerIds, settled),
    ...storesOf(db, scored),
    moveTops(db, movedModesOf(scored)),
    addRiskToTotals(db, playerIds, escalationsOf(scored)),
    ...appendsOf(db, scored),
  ];
}

/** Lost races in a row after which a slice leaves its standings to the next one. */
const maxAttempts = 5;

/**
 * Scores the standings that `from` names and stores the results, all or none. Evidence that changes in between
 * refuses the batch by its revision, and the slice starts over with what is stored then.
 * @returns how many standings were scored; null if others kept changing them
 */
export async function scoreStandings(db: Db, from: SQL, nowMs: number): Promise<number | null> {
  for (let tries = 1; tries <= maxAttempts; tries++) {
    const standings = await loadStandings(db, from);
    if (standings.length === 0) return 0;
    const measureOf = await loadMeasures(db, standings);
    const scored = standings.map((loaded) => scoreOne(loaded, measureOf(loaded), nowMs));
    try {
      await batch(db, statementsOf(db, scored));
      return scored.length;
    } catch (error) {
      if (!isGuardViolation(error)) throw error;
    }
  }
  return null;
}

/** Scores a player that was changed since its last score; nothing to do for any other. */
export async function settlePlayer(db: Db, playerId: number, nowMs: number): Promise<void> {
  if ((await scoreStandings(db, changedOf(playerId), nowMs)) === null) throw busy();
}

/** A stored score, as it was written. */
export function storedScore(result: string | null): Score | null {
  return result === null ? null : (JSON.parse(result) as Score);
}
