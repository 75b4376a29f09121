/** A game declares its modes and metrics; its players are judged by them from the next sweep on. */
import { batch, type Db, isGuardViolation } from "../db/client.ts";
import {
  expectVersion,
  remarkScopes,
  type ScopeSummary,
  selectGames,
  selectScopesOf,
  upsertGame,
} from "../db/games.ts";
import type { Baseline } from "../detection/baseline.ts";
import { isCalibrated } from "../detection/baseline.ts";
import { GameProfile, profileOf } from "../detection/game-profile.ts";
import { conflict } from "../http/problem.ts";
import { isoOf } from "./answers.ts";
import { type ActionContext, commit } from "./context.ts";
import { builtInDeclaration } from "./profiles.ts";

/** Modes shown of one game. */
const maxScopes = 100;

const dayMs = 86_400_000;

/** The days on which so many of a scope completed the same proof that it is taken for a fault of measurement. */
const suspendedIn = ({ suspended }: Baseline) =>
  Object.entries(suspended).map(([detector, days]) => ({
    detector,
    days: days.map((day) => isoOf(day * dayMs).slice(0, 10)),
  }));

function scopeAnswer(scope: ScopeSummary, modes: readonly string[]) {
  const baseline = scope.baseline === null ? null : (JSON.parse(scope.baseline) as Baseline);
  return {
    mode: scope.mode,
    declared: modes.includes(scope.mode),
    players: scope.players,
    baseline_version: scope.version,
    calibrated: baseline !== null && isCalibrated(baseline),
    suspended_proofs: baseline === null ? [] : suspendedIn(baseline),
    refreshed_at: scope.refreshed_at === null ? null : isoOf(scope.refreshed_at),
  };
}

/** A game as it is declared, what its sessions carry beyond that, and the state of its scopes. */
export async function describeGame(db: Db, game: string) {
  const [[declared], scopes] = await batch(db, [
    selectGames(db, [game]),
    selectScopesOf(db, game, maxScopes),
  ]);
  const profile = declared ? GameProfile.parse(JSON.parse(declared.profile)) : builtInDeclaration(game);
  const judged = new Set(profileOf(game, profile).metrics.map(({ id }) => id));
  const sent = new Set(scopes.flatMap((scope) => JSON.parse(scope.undeclared) as string[]));
  return {
    game,
    declared: declared !== undefined,
    version: declared?.version ?? 0,
    updated_at: declared ? isoOf(declared.updated_at) : null,
    profile,
    undeclared_metrics: [...sent].filter((name) => !judged.has(name)).sort(),
    scopes: scopes.map((scope) => scopeAnswer(scope, profile.modes)),
  };
}

const declaredMeanwhile = () => conflict("game_changed", "Somebody else declared this game meanwhile.");

/**
 * Stores the profile; every standing of the game becomes due through the baseline job. The same profile again changes
 * nothing. `from` is the version that the caller has seen, where it is to be that one.
 * @throws Problem 409 where it is another
 */
export async function declareGame(ctx: ActionContext, game: string, profile: GameProfile, from?: number) {
  const { db } = ctx;
  const [stored] = await selectGames(db, [game]);
  if (from !== undefined && from !== (stored?.version ?? 0)) throw declaredMeanwhile();
  const isSame = stored?.profile === JSON.stringify(profile);
  const expected = from === undefined ? [] : [db.all(expectVersion(game, from))];
  const changes = [...upsertGame(db, game, profile, ctx.nowMs), remarkScopes(db, game)];
  const entry = { action: "game.declare", target: `game:${game}`, details: { profile } } as const;
  try {
    await commit(ctx, isSame ? [] : [...expected, ...changes], { status: 200, body: null }, entry);
  } catch (error) {
    throw isGuardViolation(error) ? declaredMeanwhile() : error;
  }
  return describeGame(db, game);
}
