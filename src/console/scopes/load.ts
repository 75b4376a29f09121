/** What pages on scopes show, each in one round trip. */
import { z } from "zod";
import { builtInDeclaration, profileOfGame, type VersionedProfile } from "../../actions/profiles.ts";
import { batch, type Db } from "../../db/client.ts";
import { type DetectorDay, dayOf } from "../../db/days.ts";
import { type ScopeName, selectNewestDays } from "../../db/detector-page.ts";
import { type StoredGame, selectGames } from "../../db/games.ts";
import {
  type ListedScope,
  type ShownScope,
  selectScope,
  selectScopePlayed,
  selectScopesPage,
} from "../../db/scope-page.ts";
import { type Baseline, priorBaseline, priorBaselineOf } from "../../detection/baseline.ts";
import { GameProfile } from "../../detection/game-profile.ts";
import type { Histogram, MetricHistogram } from "../../detection/histogram.ts";
import { bandFloors } from "../../detection/risk.ts";
import type { RiskMap } from "../../detection/risk-map.ts";
import { cursorsOf } from "../../http/cursor.ts";
import { notFound } from "../../http/problem.ts";
import type { Share } from "../blocks/share.tsx";
import { wholeOf } from "../detectors/days.ts";
import { type Calibration, calibrationOf } from "./calibration.ts";
import { shareFrom } from "./evidence.ts";
import { type ScopesQuery, scopesHref } from "./query.ts";

/** Histograms of evidence are large, so a page has few. */
const scopesPerPage = 25;
const daysShown = 30;
/** Of the 300 rows that a page may read: 23 detectors on ten days, and a row more that tells a whole one. */
const dayRows = 231;

const cursors = cursorsOf("scopes", z.tuple([z.string().max(400), z.string().max(400)]));

export interface ScopeRow {
  readonly scope: ListedScope;
  readonly calibration: Calibration;
  /** Players whose evidence stands at 40 or above. */
  readonly elevated: Share;
}

export interface ScopesView {
  readonly query: ScopesQuery;
  readonly rows: readonly ScopeRow[];
  readonly first: string | null;
  readonly next: string | null;
}

function rowOf(scope: ListedScope): ScopeRow {
  const { shape } = scope;
  const own = scope.map === null ? null : { map: JSON.parse(scope.map) as RiskMap, shape };
  const evidence = JSON.parse(scope.evidence) as readonly (MetricHistogram | null)[];
  const { map } = own ?? priorBaseline;
  return {
    scope,
    calibration: calibrationOf(scope.players, own),
    elevated: shareFrom(evidence, map, bandFloors.elevated),
  };
}

export async function loadScopes(db: Db, query: ScopesQuery): Promise<ScopesView> {
  const at = cursors.read(query.after);
  const after = at && { game: at[0], mode: at[1] };
  const [found] = await batch(db, [selectScopesPage(db, query.game, after, scopesPerPage + 1)]);
  const shown = found.slice(0, scopesPerPage);
  const last = found.length > scopesPerPage ? shown.at(-1) : undefined;
  return {
    query,
    rows: shown.map(rowOf),
    first: query.after === undefined ? null : scopesHref({ ...query, after: undefined }),
    next: last === undefined ? null : scopesHref({ ...query, after: cursors.write([last.game, last.mode]) }),
  };
}

export interface ScopeView {
  readonly name: ScopeName;
  /** Null: no baseline job has met the scope yet. */
  readonly scope: ShownScope | null;
  readonly isPlayed: boolean;
  readonly stored: StoredGame | null;
  readonly declaration: GameProfile;
  readonly profile: VersionedProfile;
  /** The scope's own, or the prior that it is judged by until then. */
  readonly baseline: Baseline;
  readonly histogram: Histogram;
  readonly calibration: Calibration;
  /** Whole days of what detectors said, newest first. */
  readonly days: readonly DetectorDay[];
  readonly today: number;
}

/** @throws Problem 404 for a scope that nobody plays in and no game declares */
export async function loadScope(db: Db, name: ScopeName, nowMs: number): Promise<ScopeView> {
  const today = dayOf(nowMs);
  const [[scope], [stored], played, days] = await batch(db, [
    selectScope(db, name),
    selectGames(db, [name.game]),
    selectScopePlayed(db, name),
    selectNewestDays(db, name, today - daysShown + 1, dayRows),
  ]);
  const declaration = stored ? GameProfile.parse(JSON.parse(stored.profile)) : builtInDeclaration(name.game);
  const isPlayed = played.length > 0;
  if (scope === undefined && !isPlayed && !declaration.modes.includes(name.mode)) throw notFound("The scope");
  const profile = profileOfGame(name.game, stored);
  const baseline = scope?.baseline ? (JSON.parse(scope.baseline) as Baseline) : null;
  return {
    name,
    scope: scope ?? null,
    isPlayed,
    stored: stored ?? null,
    declaration,
    profile,
    baseline: baseline ?? priorBaselineOf(profile.profile),
    histogram: scope === undefined ? {} : (JSON.parse(scope.histogram) as Histogram),
    calibration: calibrationOf(scope?.players ?? 0, baseline),
    days: wholeOf(days, dayRows, ({ day }) => day),
    today,
  };
}
