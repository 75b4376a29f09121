/** A confirmed player is taken out of the baselines of its scope, and put back when that is overturned. */
import type { Db, Statement } from "../../db/client.ts";
import { markExcluded } from "../../db/standings.ts";

/** The statements that say so and mark the standing, so that the next rescoring moves the histograms. */
export function excludeWrites(
  db: Db,
  standing: { readonly playerId: number; readonly mode: string },
  excluded: boolean,
  nowMs: number,
): Statement[] {
  return markExcluded(db, standing, excluded, nowMs);
}
