/** A game declares its modes and metrics; its players are judged by them from the next sweep on. */

import { batch, type Db } from "../db/client.ts";
import { remarkScopes, selectGames, selectScopesOf, upsertGame } from "../db/games.ts";
import type { Baseline } from "../detection/baseline.ts";
import { isCalibrated } from "../detection/baseline.ts";
import { GameProfile } from "../detection/game-profile.ts";
import { isoOf } from "./answers.ts";
import { type ActionContext, commit } from "./context.ts";

/** Modes shown of one game. */
const maxScopes = 100;

const calibratedBy = (baseline: string | null): boolean =>
  baseline !== null && isCalibrated(JSON.parse(baseline) as Baseline);

/** A game as it is declared, what its sessions carry beyond that, and the state of its scopes. */
export async function describeGame(db: Db, game: string) {
  const [[declared], scopes] = await batch(db, [
    selectGames(db, [game]),
    selectScopesOf(db, game, maxScopes),
  ]);
  const undeclared = new Set(scopes.flatMap((scope) => JSON.parse(scope.undeclared) as string[]));
  return {
    game,
    declared: declared !== undefined,
    version: declared?.version ?? 0,
    updated_at: declared ? isoOf(declared.updated_at) : null,
    profile: GameProfile.parse(declared ? JSON.parse(declared.profile) : {}),
    undeclared_metrics: [...undeclared].sort(),
    scopes: scopes.map((scope) => ({
      mode: scope.mode,
      players: scope.players,
      baseline_version: scope.version,
      calibrated: calibratedBy(scope.baseline),
      refreshed_at: scope.refreshed_at === null ? null : isoOf(scope.refreshed_at),
    })),
  };
}

/** Stores the profile; every standing of the game becomes due through the baseline job. */
export async function declareGame(ctx: ActionContext, game: string, profile: GameProfile) {
  const writes = [upsertGame(ctx.db, game, profile, ctx.nowMs), remarkScopes(ctx.db, game)];
  await commit(
    ctx,
    writes,
    { status: 200, body: null },
    { action: "game.declare", target: `game:${game}`, details: { profile } },
  );
  return describeGame(ctx.db, game);
}
