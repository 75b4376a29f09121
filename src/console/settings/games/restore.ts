/** What a game declared before, as it was: the way back from a declaration. */
import type { ZodType } from "zod";
import type { ActionContext } from "../../../actions/context.ts";
import { declareEnforcement } from "../../../actions/decisions/declare-enforcement.ts";
import { declareGame } from "../../../actions/declare-game.ts";
import { selectSettingsVersion } from "../../../db/enforcement.ts";
import { selectGameVersions } from "../../../db/games.ts";
import { EnforcementSettings } from "../../../decisions/settings.ts";
import { conflict, notFound } from "../../../http/problem.ts";
import { GameDeclaration } from "../../../http/schemas/game.ts";

export interface Restoring {
  /** The version to go back to: its text is declared anew, as a version of its own. */
  readonly to: number;
  /** The one that holds as far as the caller has seen. */
  readonly from: number;
}

/** A version as it may be declared today. @throws Problem 409 for one that was declared when other things were allowed */
function declarable<T>(schema: ZodType<T>, text: string): T {
  const { success, data } = schema.safeParse(JSON.parse(text));
  if (!success) throw conflict("version_outdated", "That version is not allowed any more. Declare it anew.");
  return data;
}

/** @throws Problem 404 for a version that is not kept, 409 for one that is outdated or where another one holds by now */
export async function restoreProfile(ctx: ActionContext, game: string, { to, from }: Restoring) {
  const [row] = await selectGameVersions(ctx.db, [[game, to]]);
  if (row === undefined) throw notFound("That version");
  return declareGame(ctx, game, declarable(GameDeclaration, row.profile), from);
}

/** @throws Problem as {@link restoreProfile} */
export async function restoreEnforcement(ctx: ActionContext, game: string, { to, from }: Restoring) {
  const [row] = await selectSettingsVersion(ctx.db, game, to);
  if (row === undefined) throw notFound("That version");
  return declareEnforcement(ctx, game, declarable(EnforcementSettings, row.settings), from);
}
