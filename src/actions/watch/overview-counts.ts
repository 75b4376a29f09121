/** What the overview counts of cases, decisions, bands and days: by game, and of all games together. Pure. */
import type { BandCount, MadeDecision, WaitingCase } from "../../db/overview.ts";
import { everyGame } from "../../db/quality.ts";

export const dayMs = 86_400_000;
/** Days in the trends, today included. */
export const trendDays = 28;
/** How far back the decisions of the week go. */
export const weekMs = 7 * dayMs;

/** The ages of waiting cases: each from the one before on, the last without end. */
export const ageBounds = [
  { underMs: dayMs, label: "under a day" },
  { underMs: 3 * dayMs, label: "1 to 3 days" },
  { underMs: 7 * dayMs, label: "3 to 7 days" },
  { underMs: Number.POSITIVE_INFINITY, label: "over a week" },
] as const;

/** Cases that wait. */
export interface Waiting {
  readonly n: number;
  readonly states: Readonly<Record<WaitingCase["state"], number>>;
  readonly reviews: Readonly<Record<WaitingCase["review"], number>>;
  /** As {@link ageBounds}. */
  readonly ages: readonly number[];
  readonly oldest: { readonly id: number; readonly openedAtMs: number } | null;
}

/** People's decisions and automatic ones, by type. */
export type Decided = Readonly<Record<string, readonly [people: number, automatic: number]>>;
/** Players at 40 and above. */
export type Bands = Readonly<Record<BandCount["band"], number>>;
/** Of one day. */
export type Day = readonly [sessions: number, flags: number];

const countOf = <T>(rows: readonly T[], is: (row: T) => boolean): number => rows.filter(is).length;

export function waitingOf(cases: readonly WaitingCase[], nowMs: number): Waiting {
  const state = (of: WaitingCase["state"]) => countOf(cases, (row) => row.state === of);
  const review = (of: WaitingCase["review"]) => countOf(cases, (row) => row.review === of);
  const oldest = cases.reduce<WaitingCase | null>(
    (first, row) => (first === null || row.opened_at < first.opened_at ? row : first),
    null,
  );
  const ageOf = ({ opened_at }: WaitingCase) =>
    ageBounds.findIndex(({ underMs }) => nowMs - opened_at < underMs);
  return {
    n: cases.length,
    states: { open: state("open"), claimed: state("claimed"), appealed: state("appealed") },
    reviews: {
      first: review("first"),
      second: review("second"),
      tiebreak: review("tiebreak"),
      appeal: review("appeal"),
    },
    ages: ageBounds.map((_, place) => countOf(cases, (row) => ageOf(row) === place)),
    oldest: oldest === null ? null : { id: oldest.id, openedAtMs: oldest.opened_at },
  };
}

export const decidedOf = (decisions: readonly MadeDecision[]): Decided =>
  Object.fromEntries(
    [...Map.groupBy(decisions, ({ type }) => type)].map(([type, own]) => {
      const automatic = countOf(own, ({ origin }) => origin === "automatic");
      return [type, [own.length - automatic, automatic]];
    }),
  );

export const bandsOf = (counts: readonly BandCount[]): Bands => {
  const sum = (of: BandCount["band"]) =>
    counts.reduce((total, { band, n }) => (band === of ? total + n : total), 0);
  return { critical: sum("critical"), suspicious: sum("suspicious"), elevated: sum("elevated") };
};

type ByGame<T> = Readonly<Record<string, T>>;

/** Something of each of the games that has any of it, and of all of them as `*`. */
export function byGame<R extends { readonly game: string }, T>(
  rows: readonly R[],
  games: readonly string[],
  of: (rows: readonly R[]) => T,
): ByGame<T> {
  const known = new Set(games);
  const own = [...Map.groupBy(rows, ({ game }) => game)].filter(([game]) => known.has(game));
  return Object.fromEntries([[everyGame, of(rows)], ...own.map(([game, list]) => [game, of(list)] as const)]);
}

/** What cron keeps. `isCut`: there were more than are counted. */
export interface OverviewBlock {
  readonly games: readonly string[];
  readonly waiting: ByGame<Waiting>;
  readonly decided: ByGame<Decided>;
  readonly bands: ByGame<Bands>;
  /** By day since the epoch, then by game. */
  readonly days: Readonly<Record<string, ByGame<Day>>>;
  readonly isCut: { readonly waiting: boolean; readonly decided: boolean; readonly bands: boolean };
}
