/** Erasing a player: what hides it at once, and the rows that say how far its erasure has come. */
import { type SQL, sql } from "drizzle-orm";
import { batch, type Db, eachOf, expectChanges, type Statement } from "./client.ts";
import type { DecisionRow } from "./decisions.ts";
import { deleteAbout, type Person, personalTables } from "./person.ts";

/** What an erasure does, in this order. */
export const erasureStages = [
  "sessions",
  "events",
  "reports",
  "reporter",
  "trail",
  "answers",
  "outbox",
  "done",
] as const;
export type ErasureStage = (typeof erasureStages)[number];

export interface Erasure {
  readonly player_id: number;
  readonly game: string;
  readonly ref: string | null;
  readonly username: string | null;
  readonly targets: string;
  readonly requested_at: number;
  readonly requested_by: string;
  readonly stage: ErasureStage;
  readonly position: string | null;
  readonly due_at: number | null;
  readonly finished_at: number | null;
}

export async function findErasure(db: Db, playerId: number): Promise<Erasure | null> {
  const [row] = await db.all<Erasure>(sql`SELECT * FROM erasures WHERE player_id = ${playerId}`);
  return row ?? null;
}

const isDue = (nowMs: number): SQL => sql`erasures INDEXED BY erasures_due WHERE due_at <= ${nowMs}`;

/** The erasure that waits longest. */
export async function nextErasure(db: Db, nowMs: number): Promise<Erasure | null> {
  const [row] = await db.all<Erasure>(sql`SELECT * FROM ${isDue(nowMs)} ORDER BY due_at, player_id LIMIT 1`);
  return row ?? null;
}

/** Erasures are few: more are not counted. */
const counted = 1_000;

export async function countDueErasures(db: Db, nowMs: number): Promise<number> {
  const [row] = await db.all<{ n: number }>(
    sql`SELECT count(*) AS n FROM (SELECT 1 FROM ${isDue(nowMs)} LIMIT ${counted})`,
  );
  return row?.n ?? 0;
}

/** What is known of a player when it is to be erased. */
export interface Erasable {
  readonly standings: readonly {
    readonly mode: string;
    readonly game: string;
    readonly revision: number;
    readonly changed_at: number | null;
    readonly excluded: number;
    readonly risk: number;
    readonly result: string | null;
  }[];
  /** Those that are not over. */
  readonly open: readonly DecisionRow[];
}

export async function loadErasable(db: Db, playerId: number): Promise<Erasable> {
  const [standings, open] = await batch(db, [
    db.all<Erasable["standings"][number]>(sql`SELECT mode, game, revision, changed_at, excluded, risk, result
      FROM standings WHERE player_id = ${playerId}`),
    db.all<DecisionRow>(sql`SELECT * FROM decisions WHERE player_id = ${playerId} AND ended_at IS NULL`),
  ]);
  return { standings, open };
}

/** All that the trail calls the player, its cases, decisions and appeals by. */
const targetsOf = (playerId: number): SQL => sql`(SELECT json_group_array(target) FROM (
  SELECT ${`player:${playerId}`} AS target
  UNION ALL SELECT 'case:' || id FROM cases WHERE player_id = ${playerId}
  UNION ALL SELECT 'decision:' || id FROM decisions WHERE player_id = ${playerId}
  UNION ALL SELECT 'appeal:' || id FROM appeals WHERE player_id = ${playerId}))`;

/** Notes the erasure. Before the rows go: their ids are kept with it. */
export function insertErasure(db: Db, who: Person, username: string, by: string, nowMs: number): Statement {
  return db.run(sql`INSERT INTO erasures (player_id, game, ref, username, targets, requested_at, requested_by, stage,
      due_at)
    VALUES (${who.id}, ${who.game}, ${who.ref}, ${username}, ${targetsOf(who.id)}, ${nowMs}, ${by}, 'sessions', ${nowMs})`);
}

/** Deletes the standings that were read, at the very revisions; another one, or a newer, voids the batch. */
function deleteStandings(db: Db, playerId: number, { standings }: Erasable): Statement[] {
  const rows = standings.map(({ mode, revision }) => [mode, revision]);
  return [
    db.run(sql`DELETE FROM standings WHERE player_id = ${playerId}
      AND (mode, revision) IN (SELECT value->>0, value->>1 FROM ${eachOf(rows)})`),
    db.all(expectChanges(rows.length)),
    db.run(sql`DELETE FROM players WHERE id = ${playerId}
      AND NOT EXISTS (SELECT 1 FROM standings WHERE player_id = ${playerId})`),
    db.all(expectChanges(1)),
  ];
}

/** Sessions that the totals show. */
const latestKept = 5;

/**
 * Makes the latest sessions anew, and forgets the player's escalations. The latest five sessions are of the five
 * players that were seen last.
 */
const forgetInTotals = (db: Db, playerId: number): Statement =>
  db.run(sql`UPDATE totals SET players = players - 1,
    latest_sessions = (SELECT json_group_array(json(key)) FROM (
      SELECT json_array(x.player_id, x.mode, x.recorded_at, x.session_id) AS key
      FROM (SELECT id FROM players INDEXED BY players_last_seen ORDER BY last_seen_at DESC, id DESC LIMIT ${latestKept}) p
      CROSS JOIN standings s ON s.player_id = p.id
      CROSS JOIN sessions x ON x.player_id = s.player_id AND x.mode = s.mode
        AND (x.recorded_at, x.session_id) IN (SELECT recorded_at, session_id FROM sessions y
          WHERE y.player_id = s.player_id AND y.mode = s.mode
          ORDER BY y.recorded_at DESC, y.session_id DESC LIMIT ${latestKept})
      ORDER BY x.recorded_at DESC LIMIT ${latestKept})),
    latest_escalations = (SELECT json_group_array(json(value)) FROM json_each(totals.latest_escalations)
      WHERE value->>0 <> ${playerId})
    WHERE id = 1`);

/** Tables whose rows go through others come before those. */
const atOnce = personalTables
  .filter(({ name, erase }) => erase === undefined && name !== "players" && name !== "standings")
  .toSorted((a, b) => Number(b.person?.through !== undefined) - Number(a.person?.through !== undefined));

/** Whatever is small: the player with all that is shown of it. Its sessions and events are nobody's from then on. */
export function hidePlayer(db: Db, who: Person, erasable: Erasable): Statement[] {
  return [
    db.run(sql`DELETE FROM case_links WHERE case_id IN (SELECT id FROM cases WHERE player_id = ${who.id})`),
    ...atOnce.map((table) => deleteAbout(db, table, who)),
    ...deleteStandings(db, who.id, erasable),
    forgetInTotals(db, who.id),
  ];
}
