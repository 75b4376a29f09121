/** Samples: one metric read from all sessions at once, so that every statistic is a loop over numbers. */
import { type Columns, within } from "./columns.ts";
import type { Column } from "./slab.ts";

/** One metric, one entry a session, in the sessions' order. */
export interface Samples {
  /** 0 where the session says nothing about the metric. */
  readonly exposure: Column;
  /** Count (proportion, rate) or log of the value (latency, level); 0 where the exposure is 0. */
  readonly amount: Column;
}

/** Writes a metric's samples into rows of zeros. */
export type Reader = (columns: Columns, samples: Samples) => void;
export type ColumnOf = (columns: Columns) => Column;

/** A count over an exposure. */
export function countOver(countOf: ColumnOf, exposureOf: ColumnOf): Reader {
  return (columns, { exposure, amount }) => {
    const counts = countOf(columns);
    const exposures = exposureOf(columns);
    for (let i = 0; i < counts.length; i++) {
      const n = counts[i] ?? Number.NaN;
      const part = exposures[i] ?? 0;
      if (Number.isNaN(n) || !(part > 0)) continue;
      exposure[i] = part;
      amount[i] = n;
    }
  };
}

function addShare({ exposure, amount }: Samples, i: number, share: number, part: number): void {
  if (Number.isNaN(share) || !(part > 0)) return;
  exposure[i] = part;
  amount[i] = share * part;
}

/** A share of another column. */
export function shareOver(shareOf: ColumnOf, exposureOf: ColumnOf): Reader {
  return (columns, samples) => {
    const shares = shareOf(columns);
    const exposures = exposureOf(columns);
    for (let i = 0; i < shares.length; i++) addShare(samples, i, shares[i] ?? Number.NaN, exposures[i] ?? 0);
  };
}

/** A share, or count per exposure, that the sender put into `metrics`, of `part` times another column. */
export function sentShareOver(
  name: string,
  [low, high]: readonly [number, number],
  exposureOf: ColumnOf,
  part = 1,
): Reader {
  return (columns, samples) => {
    const exposures = exposureOf(columns);
    let i = 0;
    for (const { metrics } of columns.sessions) {
      addShare(samples, i, within(metrics[name], low, high), (exposures[i] ?? 0) * part);
      i += 1;
    }
  };
}

function addValue({ exposure, amount }: Samples, i: number, value: number): void {
  if (Number.isNaN(value)) return;
  exposure[i] = 1;
  amount[i] = Math.log(value);
}

/** One value a session. */
export function valueIn([low, high]: readonly [number, number], column: ColumnOf): Reader {
  return (columns, samples) => {
    const values = column(columns);
    for (let i = 0; i < values.length; i++) addValue(samples, i, within(values[i], low, high));
  };
}

/** One value a session that the sender put into `metrics`. */
export function sentValueIn(name: string, [low, high]: readonly [number, number]): Reader {
  return (columns, samples) => {
    let i = 0;
    for (const { metrics } of columns.sessions) {
      addValue(samples, i, within(metrics[name], low, high));
      i += 1;
    }
  };
}
