/** What the page of all detectors shows, in one round trip. */
import { type FlagFigures, flagsTogether } from "../../actions/quality/quality-answers.ts";
import { monthsUntil } from "../../actions/quality/read-quality.ts";
import { batch, type Db } from "../../db/client.ts";
import { type DetectorDay, dayOf } from "../../db/days.ts";
import { type FlagMonth, selectFlagMonths, selectNewestDays } from "../../db/detector-page.ts";
import { everyGame } from "../../db/quality.ts";
import type { Detector } from "../../detection/detector.ts";
import { detectorsOf } from "../../detection/registry.ts";
import { type Looks, looksIn, wholeOf } from "./days.ts";
import { daysShown, monthsShown, type Place, placeOf, placeReads, scopeIn } from "./place.ts";
import type { DetectorsQuery } from "./query.ts";

/** A page may read 300 rows: 23 detectors in five months are 115, in seven days 161; a row more tells a whole one. */
const limits = { months: 116, days: 162 } as const;

export interface ListedDetector {
  readonly card: Detector;
  /** Flags of each month, oldest first. */
  readonly counts: readonly number[];
  readonly figures: FlagFigures;
  /** Null: no scope is chosen. */
  readonly looks: Looks | null;
}

export interface DetectorsView extends Place {
  /** Oldest first; those that the figures are of. */
  readonly months: readonly string[];
  /** Days that the looks are of; 0 where there are none yet. */
  readonly days: number;
  readonly detectors: readonly ListedDetector[];
}

/** The months from the first one that was read whole until now. */
function monthsRead(rows: readonly FlagMonth[], whole: readonly FlagMonth[], asked: readonly string[]) {
  const oldest = whole.at(-1)?.month;
  if (rows.length === whole.length || oldest === undefined) return asked;
  return asked.filter((month) => month >= oldest);
}

function listed(card: Detector, months: readonly string[], flags: readonly FlagMonth[]) {
  const own = flags.filter(({ detector }) => detector === card.id);
  const of = (month: string) =>
    own.filter((row) => row.month === month).reduce((sum, row) => sum + row.flags, 0);
  return { card, counts: months.map(of), figures: flagsTogether(own) };
}

export async function loadDetectors(db: Db, query: DetectorsQuery, nowMs: number): Promise<DetectorsView> {
  const asked = monthsUntil(nowMs, monthsShown);
  const scope = scopeIn(query);
  const sinceDay = dayOf(nowMs) - daysShown + 1;
  const [scopes, games, flagRows, dayRows = []] = await batch(db, [
    ...placeReads(db, query),
    selectFlagMonths(db, query.game ?? everyGame, asked[0] ?? "", limits.months),
    ...(scope === null ? [] : [selectNewestDays(db, scope, sinceDay, limits.days)]),
  ]);
  const place = placeOf(query, scopes, games);
  const flags = wholeOf(flagRows, limits.months, ({ month }) => month);
  const days = wholeOf(dayRows as DetectorDay[], limits.days, ({ day }) => day);
  const months = monthsRead(flagRows, flags, asked);
  const since = days.at(-1)?.day;
  return {
    ...place,
    months,
    days: since === undefined ? 0 : dayOf(nowMs) - since + 1,
    detectors: detectorsOf(place.profile.profile).map((card) => ({
      ...listed(card, months, flags),
      looks: scope === null ? null : looksIn(days.filter(({ detector }) => detector === card.id)),
    })),
  };
}
