/** What the sweep has to know of cases: whether one is pending, what earlier ones judged, and how urgent they are now. */
import { sql } from "drizzle-orm";
import { type Db, eachOf, type Statement } from "./client.ts";

export interface StandingKey {
  readonly playerId: number;
  readonly mode: string;
}

/** The player of a standing, and its cases as JSON. */
export interface CaseHistoryRow {
  readonly place: number;
  readonly ref: string | null;
  readonly username: string;
  readonly last_seen_at: number;
  readonly pending: number | null;
  /** [verdict, judged] of the last case; not looked at while one is pending. */
  readonly latest: string | null;
  /** What the last case judged that was confirmed or cleared. */
  readonly settled: string | null;
}

const ofStanding = sql.raw("c.player_id = k.value->>0 AND c.mode = k.value->>1");

/** The cases of standings, by their place in the list: at most six rows each, however many cases there were. */
export async function listCaseHistories(db: Db, keys: readonly StandingKey[]): Promise<CaseHistoryRow[]> {
  if (keys.length === 0) return [];
  const rows = keys.map(({ playerId, mode }) => [playerId, mode]);
  return db.all<CaseHistoryRow>(sql`WITH k AS MATERIALIZED (SELECT key, value,
      (SELECT c.id FROM cases c INDEXED BY cases_pending WHERE c.player_id = each.value->>0
        AND c.mode = each.value->>1 AND c.state IN ('open', 'claimed')) AS pending
      FROM ${eachOf(rows)} each)
    SELECT k.key AS place, p.ref, p.username, p.last_seen_at, k.pending,
      iif(k.pending IS NULL, (SELECT json_array(c.verdict, json(e.judged)) FROM cases c INDEXED BY cases_player_mode
        CROSS JOIN case_evidence e ON e.case_id = c.id WHERE ${ofStanding} ORDER BY c.id DESC LIMIT 1), NULL) AS latest,
      iif(k.pending IS NULL, (SELECT e.judged FROM cases c INDEXED BY cases_settled
        CROSS JOIN case_evidence e ON e.case_id = c.id
        WHERE ${ofStanding} AND c.verdict IN ('confirmed', 'cleared') ORDER BY c.id DESC LIMIT 1), NULL) AS settled
    FROM k CROSS JOIN players p ON p.id = k.value->>0`);
}

export interface FreshPriority extends StandingKey {
  readonly priority: number;
}

/** A priority that moves by less orders nothing anew, and is not worth a write. */
const noticeable = 0.01;

/** Keeps the order of pending cases fresh; a case is not changed by it, so that nobody's work is refused. */
export function refreshPriorities(db: Db, fresh: readonly FreshPriority[]): Statement {
  const rows = fresh.map(({ playerId, mode, priority }) => [playerId, mode, priority]);
  // Joined straight to the index: through a subquery SQLite walks all cases for each row.
  return db.run(sql`UPDATE cases INDEXED BY cases_pending SET priority = k.value->>2 FROM ${eachOf(rows)} k
    WHERE cases.player_id = k.value->>0 AND cases.mode = k.value->>1 AND cases.state IN ('open', 'claimed')
      AND abs(cases.priority - (k.value->>2)) >= ${noticeable}`);
}
