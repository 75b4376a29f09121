/** When a case opens, by game. */
import type { Db } from "../../db/client.ts";
import { bandFloors } from "../../detection/risk.ts";

export interface CaseRules {
  /** A standing at or over it at two refreshes in a row opens a case; hundredths of a point. */
  readonly thresholdHundredths: number;
}

const defaults: CaseRules = { thresholdHundredths: bandFloors.suspicious };

/** Finds the rules of any of the games named: one read at most. Until games declare their own, the defaults hold. */
export async function loadCaseRules(
  _db: Db,
  _games: readonly string[],
): Promise<(game: string) => CaseRules> {
  return () => defaults;
}
