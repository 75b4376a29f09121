/** Counters of how good detection is, moved in the batch of what they count. */
import type { Db, Statement } from "../../db/client.ts";
import type { StoredScore } from "../../db/standings.ts";
import type { Verdict } from "../../decisions/verdict.ts";

/** A case as it was opened. */
export interface OpenedCase {
  readonly game: string;
  readonly mode: string;
  readonly openedAtMs: number;
  readonly score: StoredScore;
}

/** A case that people have decided, for the first time or after an appeal. */
export interface DecidedCase extends OpenedCase {
  readonly verdict: Verdict;
  /** What stood before an appeal; null: nothing. */
  readonly before: Verdict | null;
  readonly decidedAtMs: number;
}

export function countOpened(_db: Db, _opened: readonly OpenedCase[]): Statement[] {
  return [];
}

export function countDecided(_db: Db, _decided: DecidedCase): Statement[] {
  return [];
}
