/** The one scoring path: load bounded evidence, run the pure core, store what it says in one batch. */
import type { SQL } from "drizzle-orm";
import { batch, type Db, expectChanges, isGuardViolation, type Statement } from "../db/client.ts";
import { changedOf, type LoadedStanding, loadBaselines, loadStandings } from "../db/evidence.ts";
import {
  addRiskToTotals,
  appendDelta,
  type Escalation,
  moveTops,
  type NewScore,
  storeScores,
  takeRiskFromTotals,
} from "../db/standings.ts";
import { bandOf } from "../detection/bands.ts";
import {
  type Baseline,
  deltaOf,
  type HistogramDelta,
  isEmptyDelta,
  mergeDeltas,
  priorBaseline,
} from "../detection/baseline.ts";
import type { Band, Score } from "../detection/risk.ts";
import { scoreEvidence } from "../detection/score.ts";
import { busy } from "../http/problem.ts";
import { withPoint } from "./risk-history.ts";

/** Neutral until servers and reporters are rated. */
const neutral = { serverTrusted: true, reporterCredibility: 0.5 } as const;

const scopeKey = (scope: { game: string; mode: string }) => `${scope.game}\n${scope.mode}`;
const bandOrder: readonly Band[] = ["low", "elevated", "suspicious", "critical"];

interface Scored extends NewScore {
  readonly loaded: LoadedStanding;
}

async function baselinesOf(db: Db, standings: readonly LoadedStanding[]): Promise<Map<string, Baseline>> {
  const scopes = new Map(standings.map(({ game, mode }) => [scopeKey({ game, mode }), { game, mode }]));
  const loaded = await loadBaselines(db, [...scopes.values()]);
  return new Map(loaded.map((scope) => [scopeKey(scope), scope.baseline ?? priorBaseline]));
}

function scoreAll(
  standings: readonly LoadedStanding[],
  baselines: Map<string, Baseline>,
  nowMs: number,
): Scored[] {
  return standings.map((loaded) => {
    const { game, mode, sessions, events } = loaded;
    const baseline = baselines.get(scopeKey(loaded)) ?? priorBaseline;
    const score = scoreEvidence({ game, mode, asOfMs: nowMs, sessions, events, ...neutral }, baseline);
    const history = withPoint(loaded.history, score);
    return { loaded, playerId: loaded.playerId, mode, revision: loaded.revision, score, history };
  });
}

/** What the scores change in each scope's histograms, one delta a scope. */
function deltasOf(scored: readonly Scored[]): { game: string; mode: string; delta: HistogramDelta }[] {
  const deltas = new Map<string, { game: string; mode: string; delta: HistogramDelta }>();
  for (const { loaded, score } of scored) {
    const delta = deltaOf(loaded.previous, score);
    if (isEmptyDelta(delta)) continue;
    const { game, mode } = loaded;
    const known = deltas.get(scopeKey(loaded));
    deltas.set(scopeKey(loaded), { game, mode, delta: known ? mergeDeltas(known.delta, delta) : delta });
  }
  return [...deltas.values()];
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

/** Everything that a set of new scores changes, as one transaction. */
function statementsOf(db: Db, scored: readonly Scored[]): Statement[] {
  const playerIds = [...new Set(scored.map(({ playerId }) => playerId))];
  const settled = scored.filter(({ loaded }) => loaded.wasPending).length;
  return [
    takeRiskFromTotals(db, playerIds, settled),
    ...storesOf(db, scored),
    moveTops(db, playerIds),
    addRiskToTotals(db, playerIds, escalationsOf(scored)),
    ...deltasOf(scored).map(({ game, mode, delta }) => appendDelta(db, game, mode, delta)),
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
    const scored = scoreAll(standings, await baselinesOf(db, standings), nowMs);
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
