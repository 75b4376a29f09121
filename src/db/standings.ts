/** Writing and reading standings: marks, scores, and which mode a player's risk comes from. */
import { type SQL, sql } from "drizzle-orm";
import type { HistogramDelta } from "../detection/baseline.ts";
import type { BuildMoves } from "../detection/build-shift.ts";
import type { Counted, DayFlags } from "../detection/flag-count.ts";
import { bandFloors, type Score } from "../detection/risk.ts";
import { type Db, eachOf, type Statement, valuesOf } from "./client.ts";

/** A standing to mark; a new player has no id yet and is named by (game, ref). */
export interface Mark {
  readonly playerId: number | null;
  readonly game: string;
  readonly ref: string | null;
  readonly mode: string;
  /** Whether this is the first mark of its player in the statement: it may become the top of a new player. */
  readonly first: boolean;
}

const markRow = (mark: Mark) => [mark.playerId, mark.game, mark.ref, mark.mode, mark.first ? 1 : 0];

/** The id of the player that a JSON row [id, game, ref, ...] names. */
export const playerIdOf = (row: string): SQL =>
  sql.raw(
    `coalesce(${row}.value->>0, (SELECT id FROM players WHERE game = ${row}.value->>1 AND ref = ${row}.value->>2))`,
  );

/** How many of the marks are new: to be counted before {@link markStandings} in the same batch. */
export function countNewMarks(marks: readonly Mark[]): SQL {
  return sql`SELECT count(*) FROM ${eachOf(marks.map(markRow))} k LEFT JOIN standings s
    ON s.player_id = ${playerIdOf("k")} AND s.mode = k.value->>3 WHERE s.changed_at IS NULL`;
}

/** Marks standings as changed, and makes those that are missing. */
export function markStandings(db: Db, marks: readonly Mark[], nowMs: number): Statement {
  return db.run(sql`INSERT INTO standings (player_id, mode, game, revision, changed_at, due_at, top)
    SELECT ${playerIdOf("k")}, k.value->>3, k.value->>1, 1, ${nowMs}, ${nowMs},
      k.value->>4 AND NOT EXISTS (SELECT 1 FROM standings o WHERE o.player_id = ${playerIdOf("k")})
    FROM ${eachOf(marks.map(markRow))} k WHERE true
    ON CONFLICT (player_id, mode) DO UPDATE SET revision = revision + 1,
      due_at = iif(changed_at IS NULL, excluded.due_at, due_at),
      changed_at = coalesce(changed_at, excluded.changed_at)`);
}

/**
 * A score, with the version of the game's profile that it was judged by (0 for the built-in one) and the credibility of
 * the reports that it counted, without which it could not be replayed; absent where there were none: then neutral.
 */
export type StoredScore = Score & {
  readonly versions: { readonly profile: number };
  readonly reporterCredibility?: number;
};

/** A new score for a standing as it was read at `revision`. */
export interface NewScore {
  readonly playerId: number;
  readonly mode: string;
  readonly revision: number;
  readonly score: StoredScore;
  readonly history: string;
  /** When to score it again, in ms: when fading will have moved it, or sooner; null: when it changes. */
  readonly dueAtMs: number | null;
  readonly counted: Counted | null;
}

/** Stores scores over the very revisions they were computed from; a standing that moved on is not touched. */
export function storeScores(db: Db, scores: readonly NewScore[]): Statement {
  const rows = scores.map(({ playerId, mode, revision, score, history, dueAtMs, counted }) => [
    playerId,
    mode,
    revision,
    score.risk,
    score.confidence,
    score.calibrated ? 1 : 0,
    score.asOfMs,
    JSON.stringify(score),
    dueAtMs,
    history,
    counted === null ? null : JSON.stringify([counted.day, counted.toMs, counted.flags]),
  ]);
  return db.run(sql`UPDATE standings SET changed_at = NULL, revision = standings.revision + 1,
      risk = k.value->>3, confidence = k.value->>4, calibrated = k.value->>5, as_of = k.value->>6,
      result = k.value->>7, due_at = k.value->>8, history = k.value->>9,
      counted = k.value->>10
    FROM ${eachOf(rows)} k WHERE standings.player_id = k.value->>0 AND standings.mode = k.value->>1
      AND standings.revision = k.value->>2`);
}

/** Marks a standing whose `excluded` is to change, so that its next score moves the histograms; and counts it. */
export function markExcluded(
  db: Db,
  { playerId, mode }: { readonly playerId: number; readonly mode: string },
  excluded: boolean,
  nowMs: number,
): Statement[] {
  const flag = excluded ? 1 : 0;
  const changing = sql`player_id = ${playerId} AND mode = ${mode} AND excluded <> ${flag}`;
  return [
    db.run(sql`UPDATE totals SET pending = pending + (
      SELECT count(*) FROM standings WHERE ${changing} AND changed_at IS NULL) WHERE id = 1`),
    db.run(sql`UPDATE standings SET excluded = ${flag}, revision = revision + 1,
      due_at = iif(changed_at IS NULL, ${nowMs}, due_at), changed_at = coalesce(changed_at, ${nowMs})
      WHERE ${changing}`),
  ];
}

/** Which modes of a player got a new score, and which of these fell. */
export interface MovedModes {
  readonly playerId: number;
  readonly scored: readonly string[];
  readonly fell: readonly string[];
}

const riskiestFirst = sql.raw("ORDER BY risk DESC, as_of IS NULL, mode LIMIT 1");

/**
 * Makes the riskiest mode of each player its top; one statement, so that there is always exactly one. Only where the
 * top itself fell are all modes of a player read: else it is the top as it was, or one of those scored.
 */
export function moveTops(db: Db, moved: readonly MovedModes[]): Statement {
  const rows = moved.map(({ playerId, scored, fell }) => [playerId, scored, fell]);
  return db.run(sql`WITH was AS MATERIALIZED (
      SELECT k.value->>0 AS player_id, k.value->1 AS scored, k.value->2 AS fell,
        (SELECT t.mode FROM standings t INDEXED BY standings_player_top
          WHERE t.player_id = k.value->>0 AND t.top = 1) AS mode
      FROM ${eachOf(rows)} k),
    best AS MATERIALIZED (SELECT w.player_id, w.mode AS was, iif(w.mode IN (SELECT value FROM json_each(w.fell)),
        (SELECT mode FROM standings WHERE player_id = w.player_id ${riskiestFirst}),
        (SELECT mode FROM (SELECT s.mode, s.risk, s.as_of
            FROM (SELECT w.mode AS value UNION SELECT value FROM json_each(w.scored)) m
            CROSS JOIN standings s ON s.player_id = w.player_id AND s.mode = m.value) ${riskiestFirst})) AS mode
      FROM was w)
    UPDATE standings SET top = x.top FROM (
      SELECT player_id, mode, 1 AS top FROM best WHERE mode IS NOT was
      UNION ALL SELECT player_id, was, 0 FROM best WHERE mode IS NOT was) x
    WHERE standings.player_id = x.player_id AND standings.mode = x.mode`);
}

/** The risk of players' tops: their sum in hundredths, and how many stand at 70 or above. */
const riskOf = (playerIds: readonly number[]): SQL => sql`(
  SELECT coalesce(sum(s.risk), 0) AS risk, count(*) FILTER (WHERE s.risk >= ${bandFloors.suspicious}) AS high
  FROM ${eachOf(playerIds)} k CROSS JOIN standings s INDEXED BY standings_player_top
    ON s.player_id = k.value AND s.top = 1)`;

/** Before scores change: takes the players' risk out of the totals, and what the batch settles off the pending. */
export function takeRiskFromTotals(db: Db, playerIds: readonly number[], settled: number): Statement {
  return db.run(sql`UPDATE totals SET risk_sum = risk_sum - x.risk, high_risk = high_risk - x.high,
      pending = pending - ${settled} FROM ${riskOf(playerIds)} x WHERE totals.id = 1`);
}

export interface Escalation {
  readonly playerId: number;
  readonly mode: string;
  readonly fromBand: string;
  readonly toBand: string;
  /** Hundredths of a point. */
  readonly risk: number;
  readonly atMs: number;
}

/** How many escalations the totals remember. */
const escalationsKept = 20;

/** After scores changed: puts the players' risk into the totals, and remembers who rose into a higher band. */
export function addRiskToTotals(
  db: Db,
  playerIds: readonly number[],
  escalations: readonly Escalation[],
): Statement {
  const rows = escalations.map((e) => [e.playerId, e.mode, e.fromBand, e.toBand, e.risk, e.atMs]);
  return db.run(sql`UPDATE totals SET risk_sum = risk_sum + x.risk, high_risk = high_risk + x.high,
      latest_escalations = (SELECT json_group_array(json(value)) FROM (
        SELECT value FROM ${eachOf(rows.slice(0, escalationsKept))}
        UNION ALL SELECT value FROM json_each(totals.latest_escalations) LIMIT ${escalationsKept}))
    FROM ${riskOf(playerIds)} x WHERE totals.id = 1`);
}

/** What one batch of scores tells the baseline job of a scope. */
export interface ScopeDelta {
  readonly game: string;
  readonly mode: string;
  readonly delta: HistogramDelta;
  readonly undeclared: readonly string[];
  /** What detectors said of its players today; absent: nothing that counts. */
  readonly flags?: DayFlags;
  /** By build: how players moved that came to it; absent: nobody did. */
  readonly builds?: Readonly<Record<string, BuildMoves>>;
}

/** Appends what this batch changes in the histograms of its scopes: one row, or more where one value cannot carry it. */
export function appendDeltas(db: Db, deltas: readonly ScopeDelta[]): Statement[] {
  return valuesOf(deltas).map((part) =>
    db.run(sql`INSERT INTO histogram_deltas (deltas) VALUES (${JSON.stringify(part)})`),
  );
}
