/** The figures of one group of players, measured against the clean players of the whole. */
import { type Judged, risksOf } from "./judged.ts";
import { type Interval, rocAuc, shareAbove, shareAt, thresholdAt } from "./metrics.ts";
import { promises } from "./promise.ts";

export type CountedShare = Interval & { readonly count: number };

export interface Figures {
  readonly name: string;
  readonly clean: number;
  readonly cheaters: number;
  /** Within the group; a group of cheaters alone against all clean players. Null where a side is empty. */
  readonly auc: Interval | null;
  /** Cheaters above the score that 1 % and 0.1 % of all clean players exceed. */
  readonly recall: readonly [Interval, Interval];
  /** Shares at 40, 70 and 90 or above. */
  readonly cleanAt: readonly CountedShare[];
  readonly cheatersAt: readonly CountedShare[];
}

export interface Table {
  readonly title: string;
  readonly rows: readonly Figures[];
}

/** Clean shares at which recall is read. */
const falsePositives = [0.01, 0.001] as const;

export type Measure = (name: string, group: readonly Judged[]) => Figures;

/** Measures groups against the clean players among `all`. */
export function measureAgainst(all: readonly Judged[]): Measure {
  const allClean = risksOf(all, "clean");
  const [strict, stricter] = falsePositives.map((share) => thresholdAt(allClean, share)) as [number, number];
  return (name, group) => {
    const clean = risksOf(group, "clean");
    const cheaters = risksOf(group, "cheater");
    return {
      name,
      clean: clean.length,
      cheaters: cheaters.length,
      auc: rocAuc(cheaters, clean.length > 0 ? clean : allClean),
      recall: [shareAbove(cheaters, strict), shareAbove(cheaters, stricter)],
      cleanAt: promises.map(({ risk }) => shareAt(clean, risk)),
      cheatersAt: promises.map(({ risk }) => shareAt(cheaters, risk)),
    };
  };
}
