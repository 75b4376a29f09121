/**
 * Writing decisions. The stream, what a check reads and the decision itself change in one batch, by the same SQL,
 * whoever makes or ends it.
 */
import { type SQL, sql } from "drizzle-orm";
import type { DecisionEnd, DecisionType } from "../decisions/decision.ts";
import { type Db, eachOf, type Statement } from "./client.ts";

/** Whom and where: a row of `enforcements`. */
export interface Held {
  readonly subject: string;
  readonly game: string;
}

export interface NewDecision extends Held {
  readonly playerId: number;
  /** The player's next place; null: whatever it is in the batch. */
  readonly place: number | null;
  readonly home: string;
  readonly type: DecisionType;
  readonly startsAtMs: number;
  readonly expiresAtMs: number | null;
  readonly policy: string | null;
  readonly reason: string;
  /** Or SQL, where only the batch knows it. */
  readonly caseId: number | SQL | null;
  readonly origin: "person" | "automatic";
  readonly causes: readonly (readonly [detector: string, version: number])[];
  readonly madeBy: string;
  readonly madeAtMs: number;
}

/** The decision that this batch has just made. */
export const newestDecision = sql.raw("(SELECT max(id) FROM decisions)");

const isoSql = (ms: string) => `strftime('%Y-%m-%dT%H:%M:%fZ', ${ms} / 1000.0, 'unixepoch')`;

/** What the stream says of a decision `d`; `home` is for the answer to judge, not to show. */
const bodySql = (end: SQL): SQL =>
  sql`json_object(${sql.raw(`'id', d.id, 'player_id', d.player_id, 'home', d.home,
  'ref', iif(substr(d.subject, 1, 1) <> '#', d.subject, iif(substr(d.subject, 2, 1) = '#', substr(d.subject, 2), NULL)),
  'game', d.game, 'type', d.type, 'policy', d.policy, 'starts_at', ${isoSql("d.starts_at")},
  'expires_at', ${isoSql("d.expires_at")}`)}, 'end_kind', ${end})`;

/** As {@link bodySql} of a decision that goes on. */
export const openBody = bodySql(sql`NULL`);

function insertDecision(db: Db, one: NewDecision): Statement {
  const place =
    one.place === null
      ? sql`(SELECT coalesce(max(place), 0) + 1 FROM decisions WHERE player_id = ${one.playerId})`
      : sql`${one.place}`;
  return db.run(sql`INSERT INTO decisions (player_id, place, subject, home, game, type, starts_at, expires_at, policy,
      reason, case_id, origin, causes, made_by, made_at, emitted, due_at)
    VALUES (${one.playerId}, ${place}, ${one.subject}, ${one.home}, ${one.game}, ${one.type}, ${one.startsAtMs},
      ${one.expiresAtMs}, ${one.policy}, ${one.reason}, ${one.caseId}, ${one.origin}, ${JSON.stringify(one.causes)},
      ${one.madeBy}, ${one.madeAtMs}, 'waiting', ${one.startsAtMs})`);
}

const insertCauses = (db: Db): Statement =>
  db.run(sql`INSERT INTO decision_causes (detector, version, decision_id)
    SELECT c.value->>0, c.value->>1, d.id FROM decisions d CROSS JOIN json_each(d.causes) c
    WHERE d.id = ${newestDecision}`);

/** Says the addition of decisions; `which` is a condition on `d`, and `most` how many meet it at most. */
export function startDecisions(db: Db, which: SQL, most: number, nowMs: number): [Statement, Statement] {
  return [
    db.run(sql`INSERT INTO decision_changes (game, subject, decision_id, kind, at, body)
      SELECT d.game, d.subject, d.id, 'add', ${nowMs}, ${openBody} FROM decisions d
      WHERE ${which} AND d.emitted = 'waiting' AND d.ended_at IS NULL ORDER BY d.starts_at, d.id`),
    db.run(sql`UPDATE decisions SET emitted = 'added', added_seq = c.seq, due_at = expires_at
      FROM (SELECT seq, decision_id FROM decision_changes WHERE kind = 'add' ORDER BY seq DESC LIMIT ${most}) c
      WHERE decisions.id = c.decision_id AND decisions.emitted = 'waiting'`),
  ];
}

/** How decisions end. */
export interface Ending {
  readonly kind: DecisionEnd;
  readonly reason: string | null;
  readonly by: string;
  /** Null: when each expires. */
  readonly atMs: number | null;
}

/**
 * Ends the decisions among `ids` that are not over, and says the removal of those that were added. Follow it with
 * {@link rebuildEnforcements}. The second statement changes a row a decision that it ends.
 */
export function endDecisions(
  db: Db,
  ids: readonly number[],
  { kind, reason, by, atMs }: Ending,
  nowMs: number,
): [Statement, Statement] {
  const open = sql`d.id IN (SELECT value FROM ${eachOf(ids)}) AND d.ended_at IS NULL`;
  return [
    db.run(sql`INSERT INTO decision_changes (game, subject, decision_id, kind, at, body)
      SELECT d.game, d.subject, d.id, 'remove', ${nowMs}, ${bodySql(sql`${kind}`)} FROM decisions d
      WHERE ${open} AND d.emitted = 'added' ORDER BY d.expires_at, d.id`),
    db.run(sql`UPDATE decisions AS d SET ended_at = coalesce(${atMs}, d.expires_at), end_kind = ${kind},
        end_reason = ${reason}, ended_by = ${by}, emitted = iif(d.emitted = 'added', 'removed', 'never'), due_at = NULL
      WHERE ${open}`),
  ];
}

/** Decisions that are over become as if they had never been. */
export const expungeEnded = (db: Db, ids: readonly number[], { reason, by }: Pick<Ending, "reason" | "by">) =>
  db.run(sql`UPDATE decisions SET end_kind = 'expunged', end_reason = ${reason}, ended_by = ${by}
    WHERE id IN (SELECT value FROM ${eachOf(ids)}) AND ended_at IS NOT NULL AND end_kind <> 'expunged'`);

const rowOf = ({ subject, game }: Held) => [subject, game];

/** Makes what a check reads anew from the decisions themselves. */
export function rebuildEnforcements(db: Db, held: readonly Held[]): [Statement, Statement] {
  const rows = [...new Map(held.map((one) => [JSON.stringify(rowOf(one)), rowOf(one)])).values()];
  const open = sql`d.subject = k.value->>0 AND d.game = k.value->>1 AND d.ended_at IS NULL`;
  return [
    db.run(sql`INSERT INTO enforcements (subject, game, decisions)
      SELECT d.subject, d.game, json_group_array(json_object('id', d.id, 'type', d.type, 'game', d.game,
        'policy', d.policy, 'startsAtMs', d.starts_at, 'expiresAtMs', d.expires_at) ORDER BY d.id)
      FROM ${eachOf(rows)} k CROSS JOIN decisions d INDEXED BY decisions_live ON ${open}
      WHERE true GROUP BY d.subject, d.game
      ON CONFLICT (subject, game) DO UPDATE SET decisions = excluded.decisions`),
    db.run(sql`DELETE FROM enforcements WHERE (subject, game) IN (SELECT k.value->>0, k.value->>1 FROM ${eachOf(rows)} k
      WHERE NOT EXISTS (SELECT 1 FROM decisions d INDEXED BY decisions_live WHERE ${open}))`),
  ];
}

/** All that making a decision writes, but for what is told outside. It is {@link newestDecision} from then on. */
export function makeDecision(db: Db, one: NewDecision): Statement[] {
  const startsNow = one.startsAtMs <= one.madeAtMs;
  return [
    insertDecision(db, one),
    ...(one.causes.length > 0 ? [insertCauses(db)] : []),
    ...(startsNow ? startDecisions(db, sql`d.id = ${newestDecision}`, 1, one.madeAtMs) : []),
    ...rebuildEnforcements(db, [one]),
  ];
}

/** Refuses the batch where more decisions than `most` would hold for a subject in a game. */
export const expectRoom = (db: Db, { subject, game }: Held, most: number): Statement =>
  db.all(sql`SELECT iif((SELECT count(*) FROM decisions INDEXED BY decisions_live WHERE subject = ${subject}
    AND game = ${game} AND ended_at IS NULL) <= ${most}, 1, json('guard')) AS ok`);

/** Due decisions are counted up to this. */
const dueCounted = 1_000;

export async function countDueDecisions(db: Db, nowMs: number): Promise<number> {
  const [row] = await db.all<{ n: number }>(sql`SELECT count(*) AS n FROM
    (SELECT 1 FROM decisions WHERE due_at <= ${nowMs} LIMIT ${dueCounted})`);
  return row?.n ?? 0;
}
