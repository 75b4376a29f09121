/** What verdicts teach: the frozen scores of decided cases, cut down to what the combination saw. */
import { sql } from "drizzle-orm";
import type { Scored } from "../detection/case-features.ts";
import type { GroupWeights } from "../detection/group-weights.ts";
import type { LedgerLine } from "../detection/risk.ts";
import type { Db, Statement } from "./client.ts";
import type { StoredScore } from "./standings.ts";

/** A score as its combination saw it: active sessions, S, weights, and lines as [kind, group, points]. */
type StoredSample = readonly [
  size: number,
  nats: number,
  weights: GroupWeights | null,
  lines: readonly (readonly [LedgerLine["kind"], LedgerLine["group"], number])[],
];

export interface VerdictSample extends Scored {
  readonly caseId: number;
  readonly confirmed: boolean;
}

export interface NewSample {
  readonly game: string;
  readonly caseId: number;
  readonly confirmed: boolean;
  readonly score: StoredScore;
}

/** Stores the sample of a case, or what its newest verdict makes of it. */
export function storeSample(db: Db, { game, caseId, confirmed, score }: NewSample): Statement {
  const { statistics, ledger } = score;
  const lines = ledger.map(({ kind, group, points }) => [kind, group, points] as const);
  const stored: StoredSample = [statistics.size, statistics.nats, statistics.weights ?? null, lines];
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
    const [size, nats, weights, lines] = JSON.parse(score) as StoredSample;
    const ledger = lines.map(([kind, group, points]) => ({ kind, group, points }));
    const statistics = { size, nats, ...(weights && { weights }) };
    return { caseId: case_id, confirmed: confirmed === 1, statistics, ledger };
  });
}
