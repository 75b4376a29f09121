/** What the page of one detector shows, in one round trip. */
import { z } from "zod";
import { monthsUntil } from "../../actions/quality/read-quality.ts";
import { batch, type Db, type Statement } from "../../db/client.ts";
import { type DetectorDay, dayOf } from "../../db/days.ts";
import {
  type FlagMonth,
  type GameFlags,
  type SuspendedScope,
  selectDaysOfDetector,
  selectGamesOfDetector,
  selectMonthsOfDetector,
  selectSuspensions,
} from "../../db/detector-page.ts";
import { everyGame, type FlagCounts } from "../../db/quality.ts";
import type { Detector } from "../../detection/detector.ts";
import { proofDetectors } from "../../detection/proof-days.ts";
import { detectorsOf } from "../../detection/registry.ts";
import { cursorsOf } from "../../http/cursor.ts";
import { notFound } from "../../http/problem.ts";
import { daysShown, monthsShown, type Place, placeOf, placeReads, scopeIn } from "./place.ts";
import { type DetectorsQuery, detectorHref } from "./query.ts";

/** A game costs a row to find, and one for each month and version; a page may read 300. */
const gamesPerPage = 5;
/** Scopes that are asked whether they suspend a proof. */
export const scopesAsked = 100;

const cursors = cursorsOf("detector-games", z.string().max(400));

export interface GameView {
  readonly game: string;
  readonly flags: readonly FlagCounts[];
}

const hasFlags = (row: GameFlags): row is GameFlags & FlagCounts => row.detector !== null;

const gamesOf = (rows: readonly GameFlags[]): GameView[] =>
  [...Map.groupBy(rows, ({ game }) => game)].map(([game, own]) => ({ game, flags: own.filter(hasFlags) }));

export interface DetectorView extends Place {
  readonly card: Detector;
  /** The months that figures are of, oldest first. */
  readonly months: readonly string[];
  readonly flags: readonly FlagMonth[];
  /** A page of games, each with its flags; none where a game is chosen. */
  readonly games: readonly GameView[];
  readonly first: string | null;
  readonly next: string | null;
  /** The days that are shown, oldest first, with what there is of them; null: no scope is chosen. */
  readonly days: { readonly shown: readonly number[]; readonly rows: readonly DetectorDay[] } | null;
  /** Scopes that were asked, suspended or not; null: the detector has no proof. */
  readonly suspensions: readonly SuspendedScope[] | null;
}

/** @throws Problem 404 for a detector that neither is built in nor belongs to a metric of the game named */
export async function loadDetector(
  db: Db,
  id: string,
  query: DetectorsQuery,
  nowMs: number,
): Promise<DetectorView> {
  const months = monthsUntil(nowMs, monthsShown);
  const shown = Array.from({ length: daysShown }, (_, i) => dayOf(nowMs) - daysShown + 1 + i);
  const scope = scopeIn(query);
  const more: Statement<unknown[]>[] = [];
  if (query.game === undefined) {
    const after = cursors.read(query.after) ?? everyGame;
    more.push(selectGamesOfDetector(db, id, months, after, gamesPerPage + 1));
  }
  if (scope !== null) more.push(selectDaysOfDetector(db, scope, shown, id));
  if (proofDetectors.includes(id)) more.push(selectSuspensions(db, id, query.game, scopesAsked));
  const [scopes, stored, flags, ...rest] = await batch(db, [
    ...placeReads(db, query),
    selectMonthsOfDetector(db, query.game ?? everyGame, months, id),
    ...more,
  ]);
  const place = placeOf(query, scopes, stored);
  const card = detectorsOf(place.profile.profile).find((one) => one.id === id);
  if (card === undefined) throw notFound("The detector");
  const games = query.game === undefined ? gamesOf(rest[0] as GameFlags[]) : [];
  const last = games.length > gamesPerPage ? games[gamesPerPage - 1] : undefined;
  return {
    ...place,
    card,
    months,
    flags,
    games: games.slice(0, gamesPerPage),
    first: query.after === undefined ? null : detectorHref(id, { ...query, after: undefined }),
    next: last === undefined ? null : detectorHref(id, { ...query, after: cursors.write(last.game) }),
    days: scope === null ? null : { shown, rows: rest[0] as DetectorDay[] },
    suspensions: proofDetectors.includes(id) ? (rest.at(-1) as SuspendedScope[]) : null,
  };
}
