/** Reading decisions: one, lists that an index serves, and what a new one depends on. */
import { type SQL, sql } from "drizzle-orm";
import type { DecisionEnd, DecisionType } from "../decisions/decision.ts";
import { batch, type Db, eachOf } from "./client.ts";
import type { StoredSettings } from "./enforcement.ts";

export interface DecisionRow {
  readonly id: number;
  readonly player_id: number;
  readonly place: number;
  readonly subject: string;
  /** The player's own game. */
  readonly home: string;
  /** Where it holds; `*`: everywhere. */
  readonly game: string;
  readonly type: DecisionType;
  readonly starts_at: number;
  readonly expires_at: number | null;
  readonly policy: string | null;
  readonly reason: string;
  readonly case_id: number | null;
  readonly origin: "person" | "automatic";
  /** JSON list of [detector, version]. */
  readonly causes: string;
  readonly made_by: string;
  readonly made_at: number;
  readonly ended_at: number | null;
  readonly end_kind: DecisionEnd | null;
  readonly end_reason: string | null;
  readonly ended_by: string | null;
  readonly emitted: "waiting" | "added" | "removed" | "never";
}

const columns =
  sql.raw(`d.id, d.player_id, d.place, d.subject, d.home, d.game, d.type, d.starts_at, d.expires_at,
  d.policy, d.reason, d.case_id, d.origin, d.causes, d.made_by, d.made_at, d.ended_at, d.end_kind, d.end_reason,
  d.ended_by, d.emitted`);

export async function findDecision(db: Db, id: number): Promise<DecisionRow | null> {
  const [row] = await db.all<DecisionRow>(sql`SELECT ${columns} FROM decisions d WHERE d.id = ${id}`);
  return row ?? null;
}

/** The decisions of a list of ids, in their order. */
export const selectDecisions = (db: Db, ids: readonly number[]) =>
  db.all<DecisionRow>(sql`SELECT ${columns} FROM ${eachOf(ids)} k CROSS JOIN decisions d ON d.id = k.value`);

/** The decisions of which something must be said, longest waiting first. */
export const selectDue = (db: Db, nowMs: number, limit: number) =>
  db.all<DecisionRow>(sql`SELECT ${columns} FROM decisions d WHERE d.due_at <= ${nowMs}
    ORDER BY d.due_at, d.id LIMIT ${limit}`);

/** The decisions of a case. */
export const selectOfCase = (db: Db, caseId: number) =>
  db.all<DecisionRow>(sql`SELECT ${columns} FROM decisions d WHERE d.case_id = ${caseId} ORDER BY d.id`);

/** How a list is narrowed: to a player, or to a game and whether its decisions are over. */
export interface DecisionFilter {
  readonly playerId?: number | undefined;
  readonly game?: string | undefined;
  readonly ended?: boolean | undefined;
}

function rangeOf({ game, ended }: DecisionFilter, isOpen: boolean, before: number | null): SQL | null {
  if (ended !== undefined && ended === isOpen) return null;
  const page = before === null ? sql`` : sql` AND id < ${before}`;
  return sql`SELECT id FROM decisions INDEXED BY decisions_listed
    WHERE game = ${game} AND (ended_at IS NULL) = ${isOpen ? 1 : 0}${page}`;
}

/** Newest first; `before` is the place in the player's list, or the id. */
export function listDecisions(db: Db, filter: DecisionFilter, limit: number, before: number | null) {
  if (filter.playerId !== undefined) {
    const page = before === null ? sql`` : sql` AND d.place < ${before}`;
    return db.all<DecisionRow>(sql`SELECT ${columns} FROM decisions d
      WHERE d.player_id = ${filter.playerId}${page} ORDER BY d.place DESC LIMIT ${limit}`);
  }
  if (filter.game === undefined) {
    const page = before === null ? sql`` : sql` WHERE d.id < ${before}`;
    return db.all<DecisionRow>(
      sql`SELECT ${columns} FROM decisions d${page} ORDER BY d.id DESC LIMIT ${limit}`,
    );
  }
  const ranges = [true, false].flatMap((isOpen) => rangeOf(filter, isOpen, before) ?? []);
  return db.all<DecisionRow>(sql`SELECT ${columns}
    FROM (${sql.join(ranges, sql` UNION ALL `)} ORDER BY id DESC LIMIT ${limit}) k
    CROSS JOIN decisions d ON d.id = k.id ORDER BY d.id DESC`);
}

/** An earlier decision of a player, as far as the next one depends on it. */
export interface PriorRow {
  readonly place: number;
  readonly game: string;
  readonly type: DecisionType;
  readonly policy: string | null;
  readonly made_at: number;
  readonly expires_at: number | null;
  readonly end_kind: DecisionEnd | null;
}

/** Earlier decisions that count: a player with more has long been at the end of every ladder. */
const priorsRead = 200;

/** The latest decisions of a player. */
export const selectPriors = (db: Db, playerId: number) =>
  db.all<PriorRow>(sql`SELECT place, game, type, policy, made_at, expires_at, end_kind FROM decisions
    WHERE player_id = ${playerId} ORDER BY place DESC LIMIT ${priorsRead}`);

/** The subject of a player `p`: as `subjectOf` in the pure core. */
const subject = sql.raw(
  "iif(p.ref IS NULL, '#' || p.id, iif(substr(p.ref, 1, 1) = '#', '#' || p.ref, p.ref))",
);

export interface SubjectRow {
  readonly id: number;
  readonly game: string;
  readonly ref: string | null;
  /** Decisions that are not over where the new one is to hold. */
  readonly live: number;
  /** The player of the case that is named. */
  readonly case_player: number | null;
  /** JSON list of [detector, version] of the case's score. */
  readonly causes: string | null;
}

/** What the score of a case is made of, as `causesOf` in the pure core says it. */
const causesOfCase = (
  caseId: number | null,
): SQL => sql`(SELECT json_group_array(json_array(c.id, c.version)) FROM (
  SELECT DISTINCT l.value->>'id' AS id, v.value AS version FROM case_evidence e
  CROSS JOIN json_each(e.content, '$.score.ledger') l CROSS JOIN json_each(e.content, '$.score.versions.detectors') v
  WHERE e.case_id = ${caseId} AND l.value->>'kind' IN ('term', 'proof') AND l.value->>'points' > 0
    AND v.key = l.value->>'id' ORDER BY id) c)`;

export interface Circumstances {
  readonly player: SubjectRow | null;
  readonly priors: readonly PriorRow[];
  readonly settings: StoredSettings | undefined;
}

/** Whom a decision is for, where it is to hold, and the case that it follows from. */
export interface OrderedFor {
  readonly playerId: number;
  readonly game: string;
  readonly caseId: number | null;
}

/** All that a new decision depends on, in one round trip; the settings are of the player's own game. */
export async function loadCircumstances(
  db: Db,
  { playerId, game, caseId }: OrderedFor,
): Promise<Circumstances> {
  const [players, priors, settings] = await batch(db, [
    db.all<SubjectRow>(sql`SELECT p.id, p.game, p.ref,
      (SELECT count(*) FROM decisions d INDEXED BY decisions_live
        WHERE d.subject = ${subject} AND d.game = ${game} AND d.ended_at IS NULL) AS live,
      (SELECT player_id FROM cases WHERE id = ${caseId}) AS case_player, ${causesOfCase(caseId)} AS causes
      FROM players p WHERE p.id = ${playerId}`),
    selectPriors(db, playerId),
    db.all<StoredSettings>(sql`SELECT s.game, s.version, s.settings, s.declared_at, s.declared_by FROM players p
      CROSS JOIN enforcement_settings s ON s.game = p.game WHERE p.id = ${playerId}
      ORDER BY s.version DESC LIMIT 1`),
  ]);
  return { player: players[0] ?? null, priors, settings: settings[0] };
}

/** What automation needs to know of a player. */
/** An earlier decision, and the case that made it by itself. */
export interface RecordedPrior extends PriorRow {
  readonly automatic_case: number | null;
}

export interface AutomationRecord {
  readonly id: number;
  readonly ref: string | null;
  readonly priors: readonly RecordedPrior[];
  /** Types of decisions that hold or wait, in the player's own game and everywhere. */
  readonly standing: readonly DecisionType[];
  /** Decisions that hold or wait in the player's own game. */
  readonly live: number;
}

interface StoredRecord {
  readonly id: number;
  readonly game: string;
  readonly ref: string | null;
  readonly priors: string;
  readonly standing: string;
}

/** What is stored of players that automation looks at; see {@link recordOf}. */
export const selectRecords = (db: Db, playerIds: readonly number[]) =>
  db.all<StoredRecord>(sql`SELECT p.id, p.game, p.ref,
      (SELECT json_group_array(json_object('place', d.place, 'game', d.game, 'type', d.type, 'policy', d.policy,
          'made_at', d.made_at, 'expires_at', d.expires_at, 'end_kind', d.end_kind,
          'automatic_case', iif(d.origin = 'automatic', d.case_id, NULL)))
        FROM (SELECT * FROM decisions WHERE player_id = p.id ORDER BY place DESC LIMIT ${priorsRead}) d) AS priors,
      (SELECT json_group_array(json_array(d.game, d.type)) FROM decisions d INDEXED BY decisions_live
        WHERE d.subject = ${subject} AND d.game IN (p.game, '*') AND d.ended_at IS NULL) AS standing
    FROM ${eachOf(playerIds)} k CROSS JOIN players p ON p.id = k.value`);

export function recordOf(row: StoredRecord): AutomationRecord {
  const standing = JSON.parse(row.standing) as [game: string, type: DecisionType][];
  return {
    id: row.id,
    ref: row.ref,
    priors: JSON.parse(row.priors) as RecordedPrior[],
    standing: standing.map(([, type]) => type),
    live: standing.filter(([game]) => game === row.game).length,
  };
}
