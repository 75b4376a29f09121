/** What a game declared before, as it was: the way back from a declaration. */

import type { ActionContext } from "../../../actions/context.ts";
import { declareEnforcement } from "../../../actions/decisions/declare-enforcement.ts";
import { declareGame } from "../../../actions/declare-game.ts";
import { selectSettingsVersion } from "../../../db/enforcement.ts";
import { selectGameVersions } from "../../../db/games.ts";
import { EnforcementSettings } from "../../../decisions/settings.ts";
import { notFound } from "../../../http/problem.ts";
import { GameDeclaration } from "../../../http/schemas/game.ts";

export interface Restoring {
  /** The version to go back to: its text is declared anew, as a version of its own. */
  readonly to: number;
  /** The one that holds as far as the caller has seen. */
  readonly from: number;
}

/** @throws Problem 404 for a version that is not kept, 409 where another one holds by now */
export async function restoreProfile(ctx: ActionContext, game: string, { to, from }: Restoring) {
  const [row] = await selectGameVersions(ctx.db, [[game, to]]);
  if (row === undefined) throw notFound("That version");
  return declareGame(ctx, game, GameDeclaration.parse(JSON.parse(row.profile)), from);
}

/** @throws Problem as {@link restoreProfile} */
export async function restoreEnforcement(ctx: ActionContext, game: string, { to, from }: Restoring) {
  const [row] = await selectSettingsVersion(ctx.db, game, to);
  if (row === undefined) throw notFound("That version");
  return declareEnforcement(ctx, game, EnforcementSettings.parse(JSON.parse(row.settings)), from);
}
