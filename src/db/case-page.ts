/** What the pages on cases read beside the lists of cases. */
import { type SQL, sql } from "drizzle-orm";
import type { Db } from "./client.ts";

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
