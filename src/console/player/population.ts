/** Where a player stands in the scope: how much evidence players with about as many sessions show. */

import type { StoredScore } from "../../db/standings.ts";
import { natsWidth } from "../../detection/cells.ts";
import { type Binned, binned, shareAbove } from "../../detection/quantile.ts";
import { classCount, classOf, classTops } from "../../detection/size-class.ts";
import type { Judgement } from "./load.ts";

/** Players from whom on a distribution says something; neighbouring lengths of record are joined until there are. */
const leastPlayers = 100;
/** Bins of 0.1 nats, ten a bar. */
const binsPerBar = 10;
const maxBars = 30;

export interface Bar {
  /** In nats; the last bar has no end. */
  readonly from: number;
  readonly to: number | null;
  readonly players: number;
  readonly isHere: boolean;
}

export interface Population {
  readonly players: number;
  /** Sessions of the players compared with; null: no upper end. */
  readonly sessions: readonly [from: number, to: number | null];
  /** Share of them with as much evidence or more. */
  readonly atLeast: number;
  readonly nats: number;
  readonly bars: readonly Bar[];
}

interface Joined {
  readonly values: Binned;
  readonly first: number;
  readonly last: number;
}

/** The player's own length of record, and its neighbours while they are too few. */
function joinedAround(own: number, all: (from: number, to: number) => Binned): Joined {
  let [first, last] = [own, own];
  let values = all(first, last);
  while (values.n < leastPlayers && (first > 0 || last < classCount - 1)) {
    first = Math.max(0, first - 1);
    last = Math.min(classCount - 1, last + 1);
    values = all(first, last);
  }
  return { values, first, last };
}

function barsOf({ counts }: Binned, nats: number): Bar[] {
  const place = (bin: number) => Math.min(maxBars - 1, Math.max(0, Math.floor(bin / binsPerBar)));
  const here = place(Math.floor(nats / natsWidth));
  const highest = Math.max(here, ...counts.map(([bin]) => place(bin)));
  const players = new Array<number>(highest + 1).fill(0);
  for (const [bin, count] of counts) players[place(bin)] = (players[place(bin)] ?? 0) + count;
  const width = binsPerBar * natsWidth;
  return players.map((count, index) => ({
    from: index * width,
    to: index === maxBars - 1 ? null : (index + 1) * width,
    players: count,
    isHere: index === here,
  }));
}

/** Null while the scope counts nobody under the shape that the score was made by. */
export function populationOf(score: StoredScore | null, { histogram }: Judgement): Population | null {
  if (score === null || score.statistics.size === 0) return null;
  const { shape, size, nats } = score.statistics;
  const all = (from: number, to: number) =>
    binned(Array.from({ length: to - from + 1 }, (_, i) => histogram[`nats:${shape}@${from + i}`]));
  const { values, first, last } = joinedAround(classOf(size), all);
  if (values.n < 2) return null;
  return {
    players: values.n,
    sessions: [(classTops[first - 1] ?? 0) + 1, classTops[last] ?? null],
    atLeast: shareAbove(values, Math.floor(nats / natsWidth) * natsWidth, natsWidth),
    nats,
    bars: barsOf(values, nats),
  };
}
