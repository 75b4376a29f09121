/** Quality as figures: shares with their intervals, means with their n, and null where n is 0. */
import { type CaseCounts, type FlagCounts, flagColumns, type Outcomes, outcomes } from "../../db/quality.ts";
import { wilson } from "../../detection/interval.ts";

const rounded = (value: number): number => Math.round(value * 1e6) / 1e6;

/** A share with its 95 % interval by Wilson; nulls where there is nothing to take a share of. */
export function shareOf(k: number, n: number) {
  if (n === 0) return { value: null, low: null, high: null, n };
  const { value, low, high } = wilson(k, n);
  return { value: rounded(value), low: rounded(low), high: rounded(high), n };
}

const meanOf = (sumMs: number, n: number) => ({ mean_ms: n === 0 ? null : Math.round(sumMs / n), n });

/** What flags and cases have in common; `all` is how many there are of them. */
function figuresOf(counts: Outcomes, all: number) {
  const { confirmed, cleared, inconclusive, overturned } = counts;
  const undecided = all - confirmed - cleared - inconclusive;
  return {
    confirmed,
    cleared,
    inconclusive,
    overturned,
    precision: shareOf(confirmed, confirmed + cleared),
    overturn_rate: shareOf(overturned, confirmed + overturned),
    without_verdict: shareOf(undecided, all),
    onset_to_flag: meanOf(counts.onset_to_flag_ms, counts.onset_to_flag_n),
    flag_to_decision: meanOf(counts.flag_to_decision_ms, counts.flag_to_decision_n),
  };
}

/** The sum of some counts, name by name. */
function sumOf<K extends string>(
  rows: readonly Readonly<Record<K, number>>[],
  names: readonly K[],
): Record<K, number> {
  const sum = {} as Record<K, number>;
  for (const name of names) sum[name] = rows.reduce<number>((total, row) => total + row[name], 0);
  return sum;
}

const flagFigures = (counts: Omit<FlagCounts, "detector" | "version">) => ({
  flags: counts.flags,
  ...figuresOf(counts, counts.flags),
});

/** Flags of some detectors, versions or months together. */
export const flagsTogether = (rows: readonly FlagCounts[]) => flagFigures(sumOf(rows, flagColumns));
export type FlagFigures = ReturnType<typeof flagsTogether>;

/** A detector's quality, in all and by version. */
export const detectorQuality = (rows: readonly FlagCounts[]) => ({
  all: flagsTogether(rows),
  versions: rows.map((row) => ({ version: row.version, ...flagFigures(row) })),
});

/** The quality of all detectors that flagged anybody, in the order of their ids. */
export const detectorsQuality = (rows: readonly FlagCounts[]) =>
  [...Map.groupBy(rows, ({ detector }) => detector)].map(([detector, own]) => ({
    detector,
    ...detectorQuality(own),
  }));

/** The quality of cases, in all and by the month in which they were opened; months without any are there as zeros. */
export function casesQuality(rows: readonly CaseCounts[], months: readonly string[]) {
  const all = sumOf(rows, ["opened", "bothered", ...outcomes]);
  const byMonth = new Map(rows.map((row) => [row.month, row]));
  return {
    cases: { opened: all.opened, honest_players_bothered: all.bothered, ...figuresOf(all, all.opened) },
    by_month: months.map((month) => {
      const row = byMonth.get(month);
      const decided = row === undefined ? 0 : row.confirmed + row.cleared + row.inconclusive;
      return {
        month,
        opened: row?.opened ?? 0,
        decided,
        overturned: row?.overturned ?? 0,
        honest_players_bothered: row?.bothered ?? 0,
      };
    }),
  };
}
