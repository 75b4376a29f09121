/** Counting for the overview, every five minutes: many rows looked at, one written. */
import { batch, type Db } from "../../db/client.ts";
import { dayOf } from "../../db/days.ts";
import {
  type ActiveGame,
  type FlaggedGame,
  selectBandCounts,
  selectDecisionsSince,
  selectFlagsOf,
  selectOverviewBlock,
  selectSessionsOf,
  selectWaiting,
  storeOverviewBlock,
} from "../../db/overview.ts";
import { selectGamesSeen } from "../../db/player-search.ts";
import {
  bandsOf,
  byGame,
  type Day,
  decidedOf,
  type OverviewBlock,
  trendDays,
  waitingOf,
  weekMs,
} from "./overview-counts.ts";

/** More cases, or decisions of a week, are not counted. */
const counted = 5_000;
/** More players at 40 and above are not counted. */
const playersCounted = 20_000;
const slotMs = 5 * 60_000;

/**
 * Days to count anew: today and yesterday, each that was never counted, and one older one after the other, since
 * sessions of long ago may still arrive. Each of them comes again within a little more than two hours.
 */
export function daysDue(known: OverviewBlock["days"], nowMs: number): number[] {
  const today = dayOf(nowMs);
  const kept = Array.from({ length: trendDays }, (_, back) => today - back);
  const older = today - 2 - (Math.floor(nowMs / slotMs) % (trendDays - 2));
  return kept.filter((day) => day >= today - 1 || day === older || known[day] === undefined);
}

interface Counted {
  readonly sessions: readonly ActiveGame[];
  readonly flags: readonly FlaggedGame[];
}

/** Days that were counted, in place of what was known of them, and what was known of the others. */
function daysOf(
  known: OverviewBlock["days"],
  due: readonly number[],
  { sessions, flags }: Counted,
  games: readonly string[],
  today: number,
): OverviewBlock["days"] {
  const rows = [
    ...sessions.map(({ day, game, sessions: n }) => ({ day, game, sessions: n, flags: 0 })),
    ...flags.map(({ day, game, flags: n }) => ({ day, game, sessions: 0, flags: n })),
  ];
  const sum = (of: readonly (typeof rows)[number][]): Day => [
    of.reduce((total, row) => total + row.sessions, 0),
    of.reduce((total, row) => total + row.flags, 0),
  ];
  const byDay = Map.groupBy(rows, ({ day }) => day);
  const kept = Object.entries(known).filter(([day]) => Number(day) > today - trendDays);
  return Object.fromEntries([
    ...kept,
    ...due.map((day) => [String(day), byGame(byDay.get(day) ?? [], games, sum)] as const),
  ]);
}

/** Three round trips; what it reads is bounded whatever is stored, and it writes one row. */
export async function countOverview(db: Db, nowMs: number): Promise<void> {
  const [seen, [stored]] = await batch(db, [selectGamesSeen(db), selectOverviewBlock(db)]);
  const games = seen.map(({ game }) => game);
  const known: OverviewBlock["days"] = stored === undefined ? {} : JSON.parse(stored.value).days;
  const due = daysDue(known, nowMs);
  const [cases, decisions, players, sessions, flags] = await batch(db, [
    selectWaiting(db, undefined, counted + 1, nowMs),
    selectDecisionsSince(db, nowMs - weekMs, counted + 1),
    selectBandCounts(db, games, playersCounted),
    selectSessionsOf(db, due),
    selectFlagsOf(db, due),
  ]);
  const block: OverviewBlock = {
    games,
    waiting: byGame(cases.slice(0, counted), games, (own) => waitingOf(own, nowMs)),
    decided: byGame(decisions.slice(0, counted), games, decidedOf),
    bands: byGame(players, games, bandsOf),
    days: daysOf(known, due, { sessions, flags }, games, dayOf(nowMs)),
    isCut: {
      waiting: cases.length > counted,
      decided: decisions.length > counted,
      bands: players.reduce((total, { n }) => total + n, 0) >= playersCounted,
    },
  };
  await batch(db, [storeOverviewBlock(db, nowMs, block)]);
}
