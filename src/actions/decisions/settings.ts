/** The settings that a game's cases and decisions are made by. */
import type { Db } from "../../db/client.ts";
import { type StoredSettings, selectSettings } from "../../db/enforcement.ts";
import { defaultSettings, EnforcementSettings } from "../../decisions/settings.ts";

export interface VersionedSettings {
  readonly settings: EnforcementSettings;
  /** 0: nothing was declared, and the defaults hold. */
  readonly version: number;
}

const undeclared: VersionedSettings = { settings: defaultSettings, version: 0 };

/** The settings of a stored row; the defaults of none. */
export const settingsOf = (
  row: Pick<StoredSettings, "settings" | "version"> | undefined,
): VersionedSettings =>
  row === undefined
    ? undeclared
    : { settings: EnforcementSettings.parse(JSON.parse(row.settings)), version: row.version };

/** Finds the settings of any of the games named: two rows read a game that declared some. */
export async function loadSettings(
  db: Db,
  games: readonly string[],
): Promise<(game: string) => VersionedSettings> {
  const rows = await selectSettings(db, [...new Set(games)]);
  const declared = new Map(rows.map((row) => [row.game, settingsOf(row)]));
  return (game) => declared.get(game) ?? undeclared;
}
