/** A finished CS2 match as session rows, one for each player who played a round. */
import type { SessionRow } from "../../session.ts";
import { stampOf } from "../calendar.ts";
import { known, type Origin, rounded, sharedPart, shareOf } from "../log-session.ts";
import { slugOf } from "../text.ts";
import type { OpenMatch, PlayerTally } from "./match.ts";

/** What the log does not say before `Game Over`, most servers that send logs play. */
export const usualMode = "competitive";

export interface Ending {
  readonly origin: Origin;
  readonly mode: string;
  readonly build: string;
  /** How far the server's clock is ahead of UTC. */
  readonly zoneMs: number;
  readonly endedMs: number;
  readonly receivedAtMs: number;
}

function countsOf(tally: PlayerTally, match: OpenMatch): Partial<SessionRow> {
  const { kills, deaths, hits, rounds, seconds, seenKills } = tally;
  const timed = !match.joinedLate && seconds > 0;
  return {
    ...(timed ? { duration_minutes: Math.min(1_440, rounded(seconds / 60, 2)) } : {}),
    kills,
    deaths,
    headshots: Math.min(kills, tally.headshots),
    ...(hits > 0 ? { shots_hit: hits } : {}),
    metrics: known({
      damage_per_round: rounded(tally.damage / rounds, 2),
      kills_per_round: rounded(kills / rounds, 4),
      head_hit_rate: shareOf(tally.headHits, hits),
      wallbang_kill_rate: shareOf(tally.wallbangs, seenKills),
      smoke_kill_rate: shareOf(tally.smokes, seenKills),
      blind_kill_rate: shareOf(tally.blinds, seenKills),
      rounds,
      assists: tally.assists,
      damage: tally.damage,
    }),
  };
}

export function rowsOf(match: OpenMatch, ending: Ending): SessionRow[] {
  const { origin, build, zoneMs } = ending;
  const id = `${origin.instance}:${slugOf(match.map, 40)}:${stampOf(match.startedMs)}`;
  const shared = sharedPart(
    origin,
    {
      id,
      game: match.classicIds ? "csgo" : "cs2",
      mode: slugOf(ending.mode, 64) || usualMode,
      endedMs: ending.endedMs - zoneMs,
    },
    ending.receivedAtMs,
  );
  return [...match.players]
    .filter(([, tally]) => tally.rounds > 0)
    .map(([player, tally]) => ({
      player,
      ...shared,
      ...(build === "" ? {} : { build }),
      ...countsOf(tally, match),
    }));
}
