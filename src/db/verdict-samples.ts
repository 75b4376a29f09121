/** What verdicts teach: the frozen scores of decided cases, cut down to what the combination saw. */
import { sql } from "drizzle-orm";
import type { LedgerLine } from "../detection/risk.ts";
import type { Db, Statement } from "./client.ts";
import type { StoredScore } from "./standings.ts";

/** A score as its combination saw it: profile version, active sessions, S, and lines as [kind, group, points]. */
type StoredSample = readonly [
  profile: number,
  size: number,
  nats: number,
  lines: readonly (readonly [LedgerLine["kind"], LedgerLine["group"], number])[],
];

export interface VerdictSample {
  readonly caseId: number;
  readonly confirmed: boolean;
  readonly profileVersion: number;
  readonly statistics: { readonly size: number; readonly nats: number };
  readonly ledger: readonly Pick<LedgerLine, "kind" | "group" | "points">[];
}

export interface NewSample {
  readonly game: string;
  readonly caseId: number;
  readonly confirmed: boolean;
  readonly score: StoredScore;
}

/** Stores the sample of a case, or what its newest verdict makes of it. */
export function storeSample(db: Db, { game, caseId, confirmed, score }: NewSample): Statement {
  const { statistics, versions, ledger } = score;
  const lines = ledger.map(({ kind, group, points }) => [kind, group, points] as const);
  const stored: StoredSample = [versions.profile, statistics.size, statistics.nats, lines];
  return db.run(sql`INSERT INTO verdict_samples (game, case_id, confirmed, score)
    VALUES (${game}, ${caseId}, ${confirmed ? 1 : 0}, ${JSON.stringify(stored)})
    ON CONFLICT (game, case_id) DO UPDATE SET confirmed = excluded.confirmed, score = excluded.score`);
}

export function deleteSample(db: Db, game: string, caseId: number): Statement {
  return db.run(sql`DELETE FROM verdict_samples WHERE game = ${game} AND case_id = ${caseId}`);
}

/** The newest cases' samples of a game, in the order of their cases. */
export async function listSamples(db: Db, game: string, limit: number): Promise<VerdictSample[]> {
  const rows = await db.all<{
    case_id: number;
    confirmed: number;
    score: string;
  }>(sql`SELECT case_id, confirmed, score
    FROM verdict_samples WHERE game = ${game} ORDER BY case_id DESC LIMIT ${limit}`);
  return rows.reverse().map(({ case_id, confirmed, score }) => {
    const [profileVersion, size, nats, lines] = JSON.parse(score) as StoredSample;
    const ledger = lines.map(([kind, group, points]) => ({ kind, group, points }));
    return {
      caseId: case_id,
      confirmed: confirmed === 1,
      profileVersion,
      statistics: { size, nats },
      ledger,
    };
  });
}
