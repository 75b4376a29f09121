/** A map's totals as session rows. */
import type { SessionRow } from "../../session.ts";
import { usualMode } from "../cs2/rows.ts";
import { known, type Origin, rounded, sharedPart, shareOf } from "../log-session.ts";
import type { Stats } from "./events.ts";
import type { MapState } from "./map.ts";

function minutesOf({ roundMs, rounds }: MapState): Partial<SessionRow> {
  const times = Object.values(roundMs);
  // Times of some rounds alone would make everybody look fast.
  if (times.length < rounds || rounds === 0) return {};
  const minutes = times.reduce((sum, ms) => sum + ms, 0) / 60_000;
  return { duration_minutes: Math.min(1_440, rounded(minutes, 2)) };
}

function countsOf(map: MapState, steam64: string, stats: Stats): Partial<SessionRow> {
  const { kills, deaths, headshot_kills, damage, assists } = stats;
  const rounds = stats.rounds_played || map.rounds;
  const traits = map.traits[steam64];
  const seen = traits?.kills ?? 0;
  return {
    kills,
    deaths,
    headshots: Math.min(kills, headshot_kills),
    metrics: known({
      damage_per_round: rounded(damage / rounds, 2),
      kills_per_round: rounded(kills / rounds, 4),
      wallbang_kill_rate: shareOf(traits?.wallbangs ?? 0, seen),
      smoke_kill_rate: shareOf(traits?.smokes ?? 0, seen),
      blind_kill_rate: shareOf(traits?.blinds ?? 0, seen),
      rounds,
      assists,
      damage,
    }),
  };
}

/** One row for each player; the events have no time, so a map is recorded when its last one came. */
export function rowsOf(id: string, map: MapState, origin: Origin, game: string): SessionRow[] {
  if (map.rounds === 0) return [];
  const session = { id, game, mode: usualMode, endedMs: map.seenMs };
  const shared = { ...sharedPart(origin, session, map.seenMs), ...minutesOf(map) };
  return Object.entries(map.players).map(([player, stats]) => ({
    player,
    ...shared,
    ...countsOf(map, player, stats),
  }));
}
