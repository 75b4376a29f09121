/** When a case opens, by game. */
import type { Db } from "../../db/client.ts";
import { caseThresholdOf, type EnforcementSettings } from "../../decisions/settings.ts";
import { loadSettings } from "../decisions/settings.ts";

export interface CaseRules {
  /** A standing at or over it at two refreshes in a row opens a case; hundredths of a point. */
  readonly thresholdHundredths: number;
  /** What else the game declares. */
  readonly settings: EnforcementSettings;
}

/** Finds the rules of any of the games named: two rows read a game that declared some, else the defaults hold. */
export async function loadCaseRules(db: Db, games: readonly string[]): Promise<(game: string) => CaseRules> {
  const settingsOf = await loadSettings(db, games);
  return (game) => {
    const { settings } = settingsOf(game);
    return { thresholdHundredths: caseThresholdOf(settings), settings };
  };
}
