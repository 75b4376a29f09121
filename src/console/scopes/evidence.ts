/** How much evidence the players of a scope show, and how much it takes to stand high. */
import { shareOf } from "../../actions/quality/quality-answers.ts";
import { natsWidth } from "../../detection/cells.ts";
import type { Histogram, MetricHistogram } from "../../detection/histogram.ts";
import { binned } from "../../detection/quantile.ts";
import { bandFloors } from "../../detection/risk.ts";
import { mappedRisk, type RiskMap } from "../../detection/risk-map.ts";
import { minimum } from "../../detection/score.ts";
import { classCount, classMiddle, classTops } from "../../detection/size-class.ts";

/** Bins of 0.1 nats, ten a bar. */
const binsPerBar = 10;
const maxBars = 30;

/** One length of record. */
export interface SizeClass {
  /** Sessions; null: no upper end. */
  readonly sessions: readonly [from: number, to: number | null];
  readonly players: number;
  /** Nats that it takes to stand at 40, 70 and 90; null where the record is too short to stand there. */
  readonly nats: readonly [number, number, number] | null;
}

const classes = Array.from({ length: classCount }, (_, index) => index);
const firstOf = (index: number): number => (classTops[index - 1] ?? 0) + 1;
const middleOf = (index: number): number => Math.exp(classMiddle(index));

/** Histograms of S by length of record; those of the shape that the map is of. */
export type EvidenceByLength = readonly (MetricHistogram | null | undefined)[];

export const evidenceIn = (histogram: Histogram, shape: number): EvidenceByLength =>
  classes.map((index) => histogram[`nats:${shape}@${index}`]);

const playersAt = (evidence: EvidenceByLength, index: number) => binned([evidence[index] ?? undefined]);

/** The least nats that stand at a risk, to the width of a bin: the map rises strictly. */
function natsAt(map: RiskMap, risk: number, sessions: number): number {
  let [low, high] = [0, 2_000];
  for (let bins = high - low; bins > 1; bins = high - low) {
    const middle = low + Math.floor(bins / 2);
    if (mappedRisk(map, middle * natsWidth, sessions) >= risk) high = middle;
    else low = middle;
  }
  return high * natsWidth;
}

const floors = [bandFloors.elevated, bandFloors.suspicious, bandFloors.critical] as const;

export function sizeClasses(evidence: EvidenceByLength, map: RiskMap): SizeClass[] {
  return classes.map((index) => {
    const at = (risk: number) => natsAt(map, risk, middleOf(index));
    return {
      sessions: [firstOf(index), classTops[index] ?? null],
      players: playersAt(evidence, index).n,
      nats: firstOf(index) >= minimum.sessions ? [at(floors[0]), at(floors[1]), at(floors[2])] : null,
    };
  });
}

/**
 * The share of players whose evidence stands for a risk or more, of all that are counted. Proofs, and rules that lower
 * a score, are not in it: it is what the map says.
 */
export function shareFrom(evidence: EvidenceByLength, map: RiskMap, risk: number) {
  let reached = 0;
  let players = 0;
  for (const index of classes) {
    const { counts, n } = playersAt(evidence, index);
    players += n;
    if (firstOf(index) < minimum.sessions) continue;
    const least = Math.round(natsAt(map, risk, middleOf(index)) / natsWidth);
    for (const [bin, count] of counts) if (bin >= least) reached += count;
  }
  return shareOf(reached, players);
}

export interface EvidenceBar {
  /** In nats; the last bar has no end. */
  readonly from: number;
  readonly to: number | null;
  readonly players: number;
}

/** Players by evidence, all lengths of record together. */
export function evidenceBars(evidence: EvidenceByLength): EvidenceBar[] {
  const { counts } = binned(classes.map((index) => evidence[index] ?? undefined));
  const place = (bin: number) => Math.min(maxBars - 1, Math.max(0, Math.floor(bin / binsPerBar)));
  const highest = Math.max(0, ...counts.map(([bin]) => place(bin)));
  const players = new Array<number>(highest + 1).fill(0);
  for (const [bin, count] of counts) players[place(bin)] = (players[place(bin)] ?? 0) + count;
  const width = binsPerBar * natsWidth;
  return players.map((count, index) => ({
    from: index * width,
    to: index === maxBars - 1 ? null : (index + 1) * width,
    players: count,
  }));
}
