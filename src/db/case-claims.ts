/** Whom a case may be given to, and the best ones that are free. */
import { type SQL, sql } from "drizzle-orm";
import { isLeased, mergedRanges, queueRange } from "./case-lists.ts";
import { type CaseRow, caseColumns } from "./cases.ts";
import type { Db } from "./client.ts";

/**
 * Whether a person may review `cases c`: nobody reviews a case twice, an assigned one is its assignee's, and whoever
 * made a decision does not judge its appeal. What else keeps somebody away from a case belongs here, so that every way to a case knows of it.
 */
export const isReviewableBy = (
  principal: string,
): SQL => sql`(c.assignee IS NULL OR c.assignee = ${principal})
  AND NOT EXISTS (SELECT 1 FROM reviews r WHERE r.case_id = c.id AND r.reviewer = ${principal})
  AND NOT EXISTS (SELECT 1 FROM appeals a CROSS JOIN decisions d ON d.id = a.decision_id
    WHERE a.case_id = c.id AND a.state = 'pending' AND d.made_by = ${principal})`;

/** A case with how much its player is playing now. */
export interface Candidate extends CaseRow {
  readonly last_seen_at: number;
  readonly recent_sessions: number;
}

/** Sessions are counted from `sinceMs` on, up to `most`. */
export interface RecentPlay {
  readonly sinceMs: number;
  readonly most: number;
}

/** The most urgent cases, by their stored priority, that a person may review and nobody else holds. */
export async function listClaimable(
  db: Db,
  principal: string,
  game: string | undefined,
  page: { readonly nowMs: number; readonly limit: number; readonly recent: RecentPlay },
): Promise<Candidate[]> {
  const may = sql` AND ${isReviewableBy(principal)}`;
  const free = sql`${may} AND NOT (${isLeased(page.nowMs)})`;
  const ranges = [
    queueRange("open", game, may),
    queueRange("claimed", game, free),
    queueRange("appealed", game, free),
  ];
  return db.all<Candidate>(sql`SELECT ${caseColumns}, p.last_seen_at,
      (SELECT count(*) FROM (SELECT 1 FROM sessions x WHERE x.player_id = c.player_id AND x.mode = c.mode
        AND x.recorded_at >= ${page.recent.sinceMs} LIMIT ${page.recent.most})) AS recent_sessions
    FROM ${mergedRanges(ranges, page.limit)} q CROSS JOIN cases c ON c.id = q.id
    CROSS JOIN players p ON p.id = c.player_id ORDER BY q.priority DESC, q.id DESC`);
}

/** A case and whether the person may review it. */
export type AskedCase = CaseRow & { readonly reviewable: number };

export async function findAskedCase(db: Db, id: number, principal: string): Promise<AskedCase | null> {
  const [row] = await db.all<AskedCase>(sql`SELECT ${caseColumns}, ${isReviewableBy(principal)} AS reviewable
    FROM cases c CROSS JOIN players p ON p.id = c.player_id WHERE c.id = ${id}`);
  return row ?? null;
}
