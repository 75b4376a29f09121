/** A confirmed player is taken out of the baselines of its scope, and put back when that is overturned. */
import type { Db, Statement } from "../../db/client.ts";

/** The statements that say so and mark the standing, so that the next rescoring moves the histograms. */
export function excludeWrites(
  _db: Db,
  _standing: { readonly playerId: number; readonly mode: string },
  _excluded: boolean,
  _nowMs: number,
): Statement[] {
  return [];
}
