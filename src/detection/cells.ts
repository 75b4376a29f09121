/** Cells: where one player stands in the scope's histograms; stored inside the score, so that it can be taken out again. */
import { type Cell, cellDelta, type Histogram, type HistogramDelta } from "./histogram.ts";
import type { Measured } from "./measured.ts";
import type { Metric } from "./metric.ts";
import { type Profile, shooter } from "./profile.ts";
import type { Statistics } from "./risk.ts";
import type { Scalar } from "./scalar.ts";
import { classOf } from "./size-class.ts";

/** Width of a bin of a level, on the metric's scale: a sixth of the narrowest prior spread or less. */
export const binWidth = 0.025;
/** Width of a bin of S and of the evidence beside its strongest group, in nats. */
export const natsWidth = 0.1;
/** Width of a bin of standardised sums and differences of two levels, in prior spreads. */
export const pairWidth = 0.25;
const varianceScale = 10_000;
/** A level nobody can know (huge variance) counts as this, so that one player cannot move the scope's mean variance far. */
const varianceCeiling = 4;
/** Records of fewer sessions are mostly noise, and correlate as noise does: they are counted apart. */
export const longRecord = 3;

/** Keys of the two halves of what a pair of metrics says about their correlation. */
export const pairKeys = (a: string, b: string, long: boolean): readonly [sum: string, difference: string] => {
  const tail = `${a}*${b}@${long ? "long" : "short"}`;
  return [`sum:${tail}`, `difference:${tail}`];
};

/** A level's bin in units of its prior spread, for pairs. */
const standardised = (metric: Metric, bin: number): number =>
  ((metric.direction === "low" ? -1 : 1) * (bin + 0.5) * binWidth) / metric.prior.between / pairWidth;

/** The cells of levels: one a metric, by size class. */
export function levelCells(measured: Measured): Statistics["cells"] {
  const cells: Record<string, readonly [number, number, number]> = {};
  for (const metric of measured.metrics) {
    const level = measured.levels.get(metric.id);
    if (level === undefined || level.exposure < metric.minimumExposure) continue;
    const variance = Math.round(Math.min(varianceCeiling, level.variance) * varianceScale);
    cells[metric.id] = [classOf(level.sessions), Math.floor(level.level / binWidth), variance];
  }
  return cells;
}

/** The cells of scalars: one each, by size class. */
export function scalarCells(measured: Measured, scalars: readonly Scalar[]): Statistics["cells"] {
  const cells: Record<string, readonly [number, number, number]> = {};
  for (const scalar of scalars) {
    const found = measured.scalars.get(scalar.id);
    if (found === undefined) continue;
    cells[scalar.id] = [classOf(found.sessions), Math.floor(found.value / scalar.width), 0];
  }
  return cells;
}

function pairCells(cells: Statistics["cells"], metrics: readonly Metric[]): Cell[] {
  const pairs: Cell[] = [];
  const paired = metrics.filter((metric) => metric.skill);
  for (const [i, a] of paired.entries()) {
    const cellA = cells[a.id];
    if (cellA === undefined) continue;
    const x = standardised(a, cellA[1]);
    for (const b of paired.slice(i + 1)) {
      const cellB = cells[b.id];
      if (cellB === undefined) continue;
      const y = standardised(b, cellB[1]);
      const long = Math.min(cellA[0], cellB[0]) >= classOf(longRecord);
      const [sum, difference] = pairKeys(a.id, b.id, long);
      pairs.push([sum, Math.floor(x + y), 0], [difference, Math.floor(x - y), 0]);
    }
  }
  return pairs;
}

/** What a score holds for the histograms. */
export interface Placed {
  readonly statistics: Statistics;
}

/** All cells of a score: levels, scalars, pairs of levels, S, and the days on which proofs were complete. */
function cellsOf(score: Placed | null, metrics: readonly Metric[]): Cell[] {
  if (score === null) return [];
  const { cells, shape, size, nats, besideNats, proofs } = score.statistics;
  const own = Object.entries(cells).map(
    ([id, [sizeClass, bin, variance]]): Cell => [`${id}@${sizeClass}`, bin, variance],
  );
  if (size > 0) {
    own.push([`nats:${shape}@${classOf(size)}`, Math.floor(nats / natsWidth), 0]);
    own.push([`beside:${shape}`, Math.floor(besideNats / natsWidth), 0]);
  }
  for (const [id, day] of Object.entries(proofs)) own.push([`proof:${id}`, day, 0]);
  return [...own, ...pairCells(cells, metrics)];
}

/** Players behind a histogram: each active one has exactly one S. */
export function playersIn(histogram: Histogram): number {
  return Object.entries(histogram).reduce((sum, [key, { n }]) => sum + (key.startsWith("nats:") ? n : 0), 0);
}

/** A player's score before (null: not in yet) and after a rescoring. */
export interface Rescored {
  readonly before: Placed | null;
  readonly after: Placed;
}

/** What rescoring some players of one scope changes in its histograms. Empty if nothing moved. */
export function deltaOfAll(rescored: readonly Rescored[], profile: Profile = shooter): HistogramDelta {
  return cellDelta(
    rescored.map(({ before, after }) => ({
      before: cellsOf(before, profile.metrics),
      after: cellsOf(after, profile.metrics),
    })),
  );
}

/** The same of one player. */
export function deltaOf(before: Placed | null, after: Placed, profile: Profile = shooter): HistogramDelta {
  return deltaOfAll([{ before, after }], profile);
}
