/**
 * Metric profiles of the adapters' games, in the format of `PUT /api/games/{game}`: the built-in shooter metrics, and
 * beside them what an adapter yields more. Priors are chosen by us and wide; a scope's own players replace them.
 */
import type { GameProfile } from "../../detection/game-profile.ts";

type Declared = GameProfile["metrics"][number];

const shareOfKills = (name: string, label: string, median: number): Declared => ({
  name,
  label,
  kind: "proportion",
  unit: "share",
  range: [0, 1],
  direction: "high",
  exposure: "kills",
  minimum_exposure: 5,
  group: "information",
  prior: { median, spread: 0.7 },
});

/** For senders that tell no time, such as MatchZy: kills per minute is missing there. */
const killsPerRound: Declared = {
  name: "kills_per_round",
  label: "Kills per round",
  kind: "level",
  unit: "kills",
  range: [0.01, 5],
  direction: "high",
  exposure: "sessions",
  minimum_exposure: 1,
  group: "information",
  prior: { median: 0.68, spread: 0.4 },
};

const counterStrike: GameProfile = {
  modes: ["competitive", "premier", "scrimcomp2v2", "casual", "deathmatch"],
  shooter: true,
  metrics: [
    shareOfKills("smoke_kill_rate", "Share of kills through smoke", 0.04),
    shareOfKills("blind_kill_rate", "Share of kills while blind", 0.01),
    killsPerRound,
  ],
};

const teamFortress: GameProfile = {
  modes: [],
  shooter: true,
  metrics: [
    {
      name: "damage_per_minute",
      label: "Damage per minute",
      kind: "level",
      unit: "damage",
      range: [1, 10_000],
      direction: "high",
      exposure: "sessions",
      minimum_exposure: 1,
      group: "information",
      prior: { median: 220, spread: 0.5 },
    },
  ],
};

/** Its anticheats send alerts and no sessions: nothing of the shooter's metrics is there to be judged. */
const minecraft: GameProfile = { modes: [], shooter: false, metrics: [] };

export const gameProfiles: Readonly<Record<string, GameProfile>> = {
  cs2: counterStrike,
  csgo: counterStrike,
  tf2: teamFortress,
  minecraft,
};
