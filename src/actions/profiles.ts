/** The profiles that games are judged by, made once a declaration: the core keeps what it derives from a profile. */
import { batch, type Db } from "../db/client.ts";
import { type StoredGame, selectGames, selectGameVersions } from "../db/games.ts";
import { GameProfile, profileOf } from "../detection/game-profile.ts";
import { type Profile, shooter } from "../detection/profile.ts";
import { gameProfiles } from "../telemetry/adapters/game-profiles.ts";

/** Games kept ready in one isolate; past it the kept ones are let go. */
const maxKept = 100;
const kept = new Map<string, { readonly declared: string; readonly profile: Profile }>();

const declaredProfile = ({ game, profile }: Pick<StoredGame, "game" | "profile">): Profile =>
  profileOf(game, GameProfile.parse(JSON.parse(profile)));

/** Known by its text: a version can mean another profile once a database was put back to an earlier day. */
function keep({ game, profile: declared }: StoredGame): Profile {
  const known = kept.get(game);
  if (known?.declared === declared) return known.profile;
  const made = declaredProfile({ game, profile: declared });
  if (kept.size >= maxKept) kept.clear();
  kept.set(game, { declared, profile: made });
  return made;
}

/** A profile and which of its game's declarations it is: 0 for the built-in one. */
export interface VersionedProfile {
  readonly profile: Profile;
  readonly version: number;
}

const builtIns: ReadonlyMap<string, Profile> = new Map(
  Object.entries(gameProfiles).map(([game, profile]) => [game, profileOf(game, GameProfile.parse(profile))]),
);

/** What a game that declares nothing is judged by: the profile of the adapters' game of that name, else `shooter`. */
const builtInOf = (game: string): Profile => builtIns.get(game) ?? shooter;

/** The declaration that a game begins with. */
export const builtInDeclaration = (game: string): GameProfile =>
  GameProfile.parse(Object.hasOwn(gameProfiles, game) ? gameProfiles[game] : {});

/** The profile of a game by what is stored of it; undefined: it declares nothing. */
export const profileOfGame = (game: string, stored: StoredGame | undefined): VersionedProfile =>
  stored === undefined
    ? { profile: builtInOf(game), version: 0 }
    : { profile: keep(stored), version: stored.version };

/** Finds the profile of any of the games named; undeclared games have a built-in one. */
export async function loadProfiles(
  db: Db,
  games: readonly string[],
): Promise<(game: string) => VersionedProfile> {
  const [rows] = await batch(db, [selectGames(db, [...new Set(games)])]);
  const declared = new Map(rows.map((row) => [row.game, profileOfGame(row.game, row)]));
  return (game) => declared.get(game) ?? profileOfGame(game, undefined);
}

/** Finds the profile of a (game, version) among those named; null for one that is not kept. */
export async function loadProfileVersions(
  db: Db,
  keys: readonly (readonly [game: string, version: number])[],
): Promise<(game: string, version: number) => Profile | null> {
  const rows = keys.length === 0 ? [] : await selectGameVersions(db, keys);
  const made = new Map(rows.map((row) => [`${row.game}\n${row.version}`, declaredProfile(row)]));
  return (game, version) => (version === 0 ? builtInOf(game) : (made.get(`${game}\n${version}`) ?? null));
}

/** Metrics that sessions carry and the profile does not declare: stored and listed, never scored. */
export function undeclaredIn(
  profile: Profile,
  sessions: readonly { readonly metrics: Readonly<Record<string, number>> }[],
): Set<string> {
  const names = new Set(sessions.flatMap(({ metrics }) => Object.keys(metrics)));
  for (const { id } of profile.metrics) names.delete(id);
  return names;
}
