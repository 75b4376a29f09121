/** Where detectors are looked at: in all games together, in one game, or in one scope of it. */
import { profileOfGame, type VersionedProfile } from "../../actions/profiles.ts";
import type { Db } from "../../db/client.ts";
import { type ScopeName, selectScopeNames } from "../../db/detector-page.ts";
import { type StoredGame, selectGames } from "../../db/games.ts";
import type { DetectorsQuery } from "./query.ts";

/** Months that figures are of, this one included: as the API has it unless asked otherwise. */
export const monthsShown = 6;
export const daysShown = 30;
/** Scopes offered to choose from. */
export const scopesOffered = 12;

/** The scope that days are of; null: none is chosen. */
export const scopeIn = ({ game, mode }: DetectorsQuery): ScopeName | null =>
  game === undefined || mode === undefined ? null : { game, mode };

/** What both pages know of the place that is looked at. */
export interface Place {
  readonly query: DetectorsQuery;
  readonly scope: ScopeName | null;
  /** Scopes to choose from; one more than is offered if there are more. */
  readonly scopes: readonly ScopeName[];
  readonly profile: VersionedProfile;
}

export const placeReads = (db: Db, { game }: DetectorsQuery) =>
  [selectScopeNames(db, game, scopesOffered + 1), selectGames(db, game === undefined ? [] : [game])] as const;

export const placeOf = (
  query: DetectorsQuery,
  scopes: readonly ScopeName[],
  [stored]: readonly StoredGame[],
) => ({
  query,
  scope: scopeIn(query),
  scopes,
  profile: profileOfGame(query.game ?? "", stored),
});
