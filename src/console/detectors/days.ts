/** What detectors said in a scope of late: whole days, with what they were out of. */
import { shareOf } from "../../actions/quality/quality-answers.ts";
import type { DetectorDay } from "../../db/days.ts";

/** Looks at players: one a score that the detector could judge. */
export interface Looks {
  readonly judged: number;
  readonly flagged: number;
  readonly newlyFlagged: number;
}

export function looksIn(rows: readonly DetectorDay[]): Looks {
  const sum = { judged: 0, flagged: 0, newlyFlagged: 0 };
  for (const row of rows) {
    sum.judged += row.judged;
    sum.flagged += row.flagged;
    sum.newlyFlagged += row.newly_flagged;
  }
  return sum;
}

export const shareOfLooks = ({ flagged, judged }: Looks) => shareOf(flagged, judged);

/** Rows of whole days, newest first, out of rows that end at a limit: the last day of those may be cut. */
export function wholeOf<T>(rows: readonly T[], limit: number, of: (row: T) => number | string): readonly T[] {
  const last = rows.at(-1);
  if (rows.length < limit || last === undefined) return rows;
  return rows.filter((row) => of(row) !== of(last));
}
