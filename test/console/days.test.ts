/** Whole days out of rows that end at a limit. */
import { describe, expect, it } from "vitest";
import { looksIn, shareOfLooks, wholeOf } from "../../src/console/detectors/days.ts";

const row = (day: number, detector: string, judged = 10, flagged = 1) => ({
  day,
  detector,
  version: 1,
  judged,
  flagged,
  newly_flagged: 0,
});
const rows = [row(9, "b"), row(9, "a"), row(8, "b"), row(8, "a"), row(7, "b")];
const dayOf = ({ day }: { day: number }) => day;

describe("whole days", () => {
  it("are all that there are below the limit, and without the last one at it", () => {
    expect(wholeOf(rows, 6, dayOf)).toEqual(rows);
    expect(wholeOf(rows, 5, dayOf)).toEqual(rows.slice(0, 4));
    expect(wholeOf(rows.slice(0, 2), 2, dayOf)).toEqual([]);
    expect(wholeOf([], 5, dayOf)).toEqual([]);
  });

  it("are summed, and shares of nothing are none", () => {
    expect(looksIn(rows)).toEqual({ judged: 50, flagged: 5, newlyFlagged: 0 });
    expect(shareOfLooks(looksIn(rows))).toMatchObject({ value: 0.1, n: 50 });
    expect(shareOfLooks(looksIn([]))).toEqual({ value: null, low: null, high: null, n: 0 });
  });
});
