/** What the pages on cases read beside the lists of cases. */
import { type SQL, sql } from "drizzle-orm";
import type { AppealOutcome, AppealState } from "./appeals.ts";
import type { Db } from "./client.ts";
import type { StoredSettings } from "./enforcement.ts";
import type { StoredGame } from "./games.ts";

export interface HeldCase {
  readonly id: number;
  readonly username: string;
  readonly lease_until: number;
}

/** Claims that are looked through in each state: no index has the holder. */
const claimsSeen = 30;

const claimsOf = (state: "claimed" | "appealed", holder: string, nowMs: number): SQL =>
  sql`SELECT id, player_id, lease_until FROM (SELECT c.id, c.player_id, c.holder, c.lease_until
    FROM cases c INDEXED BY cases_queue WHERE c.state = ${state} AND c.state <> 'decided'
    ORDER BY c.priority DESC, c.id DESC LIMIT ${claimsSeen}) WHERE holder = ${holder} AND lease_until > ${nowMs}`;

/** The cases among the most urgent ones that a person holds; the lease that ends last comes first. */
export function selectHeld(db: Db, holder: string, nowMs: number) {
  return db.all<HeldCase>(sql`SELECT h.id, p.username, h.lease_until
    FROM (${claimsOf("claimed", holder, nowMs)} UNION ALL ${claimsOf("appealed", holder, nowMs)}) h
    CROSS JOIN players p ON p.id = h.player_id ORDER BY h.lease_until DESC LIMIT 3`);
}

const ofCase = (id: number, column: "game" | "mode" | "player_id"): SQL =>
  sql`(SELECT ${sql.raw(column)} FROM cases WHERE id = ${id})`;

export interface CaseAppeal {
  readonly id: number;
  readonly decision_id: number;
  readonly state: AppealState;
  readonly statement: string;
  readonly filed_at: number;
  readonly filed_by: string;
  readonly outcome: AppealOutcome | null;
  readonly made_by: string;
}

/** Appeals of the decisions of a case, newest first; four rows read each. */
export function selectCaseAppeals(db: Db, caseId: number) {
  return db.all<CaseAppeal>(sql`SELECT a.id, a.decision_id, a.state, a.statement, a.filed_at, a.filed_by, a.outcome,
      d.made_by
    FROM (SELECT id, made_by FROM decisions WHERE case_id = ${caseId} ORDER BY id DESC LIMIT 10) d
    CROSS JOIN appeals a ON a.decision_id = d.id ORDER BY a.id DESC`);
}

/** What the case's game declares of decisions; none where it declares nothing. */
export function selectCaseSettings(db: Db, caseId: number) {
  return db.all<StoredSettings>(sql`SELECT game, version, settings, declared_at, declared_by
    FROM enforcement_settings WHERE game = ${ofCase(caseId, "game")} ORDER BY version DESC LIMIT 1`);
}

/** What the case's game declares of its telemetry; none where it declares nothing. */
export function selectCaseGame(db: Db, caseId: number) {
  return db.all<StoredGame>(sql`SELECT game, version, profile, updated_at FROM games
    WHERE game = ${ofCase(caseId, "game")}`);
}

/** A player of the case's scope, who joined at about the same time as its own. */
export interface Neighbour {
  readonly player_id: number;
  readonly username: string;
  /** Hundredths of a point. */
  readonly risk: number;
  readonly scored: 0 | 1;
  readonly excluded: 0 | 1;
  readonly sessions: number | null;
  /** JSON: by metric its size class, its bin and its variance. */
  readonly cells: string | null;
}

/** Players on each side of the case's own, by id; three rows read each. */
const neighboursASide = 9;

const neighboursBeside = (caseId: number, side: "<" | ">"): SQL => sql`SELECT * FROM (
  SELECT s.player_id, s.mode FROM standings s INDEXED BY standings_scope
  WHERE s.game = ${ofCase(caseId, "game")} AND s.mode = ${ofCase(caseId, "mode")}
    AND s.player_id ${sql.raw(side)} ${ofCase(caseId, "player_id")}
  ORDER BY s.player_id ${sql.raw(side === "<" ? "DESC" : "ASC")} LIMIT ${neighboursASide})`;

/** Whom the case's player may be compared with. */
export function selectNeighbours(db: Db, caseId: number) {
  return db.all<Neighbour>(sql`SELECT n.player_id, p.username, s.risk, s.as_of IS NOT NULL AS scored, s.excluded,
      s.result->>'$.aggregates.sessions' AS sessions, s.result->'$.statistics.cells' AS cells
    FROM (${neighboursBeside(caseId, "<")} UNION ALL ${neighboursBeside(caseId, ">")}) n
    CROSS JOIN standings s ON s.player_id = n.player_id AND s.mode = n.mode
    CROSS JOIN players p ON p.id = n.player_id`);
}
