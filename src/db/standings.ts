/** Writing and reading standings: marks, scores, and which mode a player's risk comes from. */
import { type SQL, sql } from "drizzle-orm";
import { bandFloors, type Score } from "../detection/risk.ts";
import { type Db, eachOf, type Statement } from "./client.ts";

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
  return db.run(sql`INSERT INTO standings (player_id, mode, game, revision, changed_at, top)
    SELECT ${playerIdOf("k")}, k.value->>3, k.value->>1, 1, ${nowMs},
      k.value->>4 AND NOT EXISTS (SELECT 1 FROM standings o WHERE o.player_id = ${playerIdOf("k")})
    FROM ${eachOf(marks.map(markRow))} k WHERE true
    ON CONFLICT (player_id, mode) DO UPDATE SET revision = revision + 1,
      changed_at = coalesce(changed_at, excluded.changed_at)`);
}

/** A new score for a standing as it was read at `revision`. */
export interface NewScore {
  readonly playerId: number;
  readonly mode: string;
  readonly revision: number;
  readonly score: Score;
}

/** Stores scores over the very revisions they were computed from; a standing that moved on is not touched. */
export function storeScores(db: Db, scores: readonly NewScore[]): Statement {
  const rows = scores.map(({ playerId, mode, revision, score }) => [
    playerId,
    mode,
    revision,
    score.risk,
    score.confidence,
    score.calibrated ? 1 : 0,
    score.asOfMs,
    JSON.stringify(score),
  ]);
  return db.run(sql`UPDATE standings SET changed_at = NULL, revision = standings.revision + 1,
      risk = k.value->>3, confidence = k.value->>4, calibrated = k.value->>5, as_of = k.value->>6,
      result = k.value->>7
    FROM ${eachOf(rows)} k WHERE standings.player_id = k.value->>0 AND standings.mode = k.value->>1
      AND standings.revision = k.value->>2`);
}

/** Makes the riskiest mode of each player its top; one statement, so that there is always exactly one. */
export function moveTops(db: Db, playerIds: readonly number[]): Statement {
  return db.run(sql`UPDATE standings SET top = 1 - top
    WHERE player_id IN (SELECT value FROM ${eachOf(playerIds)}) AND top <> (mode = (
      SELECT b.mode FROM standings b WHERE b.player_id = standings.player_id 
      ORDER BY b.risk DESC, b.as_of IS NULL, b.mode LIMIT 1))`);
}

/** Takes the players' risk out of the totals (sign -1) or puts it in (+1): before and after a change of scores. */
export function addRiskToTotals(
  db: Db,
  playerIds: readonly number[],
  sign: 1 | -1,
  pending: number,
): Statement {
  return db.run(sql`UPDATE totals SET risk_sum = risk_sum + ${sign} * x.risk, high_risk = high_risk + ${sign} * x.high,
      pending = pending + ${pending}
    FROM (SELECT coalesce(sum(s.risk), 0) AS risk, count(*) FILTER (WHERE s.risk >= ${bandFloors.suspicious}) AS high
      FROM ${eachOf(playerIds)} k CROSS JOIN standings s ON s.player_id = k.value AND s.top = 1) x
    WHERE totals.id = 1`);
}

/** Appends one scope's histogram delta of this batch. */
export function appendDelta(db: Db, game: string, mode: string, delta: unknown): Statement {
  return db.run(sql`INSERT INTO histogram_deltas (game, mode, delta)
    VALUES (${game}, ${mode}, ${JSON.stringify(delta)})`);
}

export interface Escalation {
  readonly playerId: number;
  readonly mode: string;
  readonly fromBand: string;
  readonly toBand: string;
  readonly risk: number;
  readonly atMs: number;
}

/** Appends rises into a higher band. */
export function appendEscalations(db: Db, escalations: readonly Escalation[]): Statement {
  const rows = escalations.map((e) => [e.playerId, e.mode, e.fromBand, e.toBand, e.risk, e.atMs]);
  return db.run(sql`INSERT INTO escalations (player_id, mode, from_band, to_band, risk, escalated_at)
    SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5 FROM ${eachOf(rows)}`);
}
