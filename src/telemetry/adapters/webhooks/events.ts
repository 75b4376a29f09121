/**
 * The match events that Get5 defined and MatchZy sends too: one JSON object a request. Only what is used is named;
 * key order and further members do not matter, and chat, names and addresses are left behind here.
 */
import { z } from "zod";
import { steam64Of } from "../source-line.ts";
import { idPartOf } from "../text.ts";

const count = z.coerce.number().int().min(0).max(1_000_000).catch(0);
const steam64 = z
  .union([z.string().max(64), z.number()])
  .transform((id) => (typeof id === "string" ? steam64Of(id) : null))
  .catch(null);

const Stats = z.object({
  kills: count,
  deaths: count,
  assists: count,
  damage: count,
  headshot_kills: count,
  rounds_played: count,
});
export type Stats = z.infer<typeof Stats>;

const Player = z.object({ steamid: steam64, stats: Stats.optional().catch(undefined) });
const Team = z.object({ score: count.optional(), players: z.array(Player).max(64).catch([]) }).catch({
  players: [],
});

const matchId = z
  .union([z.string(), z.number()])
  .transform((id) => idPartOf(String(id), 40))
  .catch("");

/** Any event: what match and map it belongs to. */
const Event = z.object({
  event: z.string().max(64),
  matchid: matchId.default(""),
  map_number: z.coerce.number().int().min(0).max(20).catch(0),
});

const Scored = Event.extend({ team1: Team.optional(), team2: Team.optional() });
const RoundEnd = Scored.extend({
  round_number: z.coerce.number().int().min(0).max(200).catch(0),
  round_time: z.coerce.number().min(0).max(3_600_000).catch(0),
});
/** Documented with teams inside, and seen flat. */
const MapResult = Scored.extend({ team1_score: count.optional(), team2_score: count.optional() });

const Person = z.object({ steamid: steam64 }).nullish().catch(null);
/** A flag, or how many walls. */
const flag = z.union([z.boolean(), z.number().transform((n) => n > 0)]).catch(false);
const Death = RoundEnd.pick({ event: true, matchid: true, map_number: true, round_number: true }).extend({
  player: Person,
  attacker: Person,
  penetrated: flag,
  thru_smoke: flag,
  attacker_blind: flag,
  suicide: flag,
  friendly_fire: flag,
});
export type Death = z.infer<typeof Death>;

export interface Scoreline {
  readonly match: string;
  readonly map: number;
  /** Rounds played, by the score. */
  readonly rounds: number;
  /** Totals of the map so far, by Steam64; empty where the event carries none. */
  readonly players: ReadonlyMap<string, Stats>;
}

export type MatchEvent =
  | ({ readonly kind: "round-end"; readonly round: number; readonly roundMs: number } & Scoreline)
  | ({ readonly kind: "map-result" } & Scoreline)
  | { readonly kind: "death"; readonly match: string; readonly map: number; readonly death: Death }
  | { readonly kind: "other"; readonly event: string; readonly match: string; readonly map: number };

/** Events that are known and carry nothing that is used. */
export const idleEvents: ReadonlySet<string> = new Set([
  "series_start",
  "map_picked",
  "map_vetoed",
  "side_picked",
  "going_live",
  "series_end",
  "round_start",
  "round_mvp",
  "round_stats_updated",
  "knife_start",
  "knife_won",
  "game_paused",
  "game_unpaused",
  "pause_began",
  "game_state_changed",
  "team_ready_status_changed",
  "backup_loaded",
  "demo_finished",
  "demo_upload_ended",
  "bomb_planted",
  "bomb_defused",
  "bomb_exploded",
  "grenade_thrown",
  "hegrenade_detonated",
  "molotov_detonated",
  "flashbang_detonated",
  "smokegrenade_detonated",
  "decoygrenade_started",
]);

/** Events that hold chat or addresses; nothing of them is kept. */
export const privateEvents: ReadonlySet<string> = new Set([
  "player_say",
  "player_connect",
  "player_disconnect",
]);

function playersOf(teams: readonly (z.infer<typeof Team> | undefined)[]): Map<string, Stats> {
  const players = new Map<string, Stats>();
  for (const { steamid, stats } of teams.flatMap((team) => team?.players ?? [])) {
    if (steamid !== null && stats) players.set(steamid, stats);
  }
  return players;
}

function scorelineOf(event: z.infer<typeof MapResult>): Scoreline {
  const { matchid, map_number, team1, team2 } = event;
  const rounds = (event.team1_score ?? team1?.score ?? 0) + (event.team2_score ?? team2?.score ?? 0);
  return { match: matchid, map: map_number, rounds, players: playersOf([team1, team2]) };
}

/** One event, or null of what is none. */
export function matchEventOf(input: unknown): MatchEvent | null {
  const known = Event.safeParse(input);
  if (!known.success) return null;
  const { event, matchid: match, map_number: map } = known.data;
  if (event === "player_death") {
    const death = Death.safeParse(input);
    return death.success ? { kind: "death", match, map, death: death.data } : null;
  }
  if (event === "map_result") {
    const result = MapResult.safeParse(input);
    return result.success ? { kind: "map-result", ...scorelineOf(result.data) } : null;
  }
  if (event !== "round_end") return { kind: "other", event, match, map };
  const end = RoundEnd.safeParse(input);
  if (!end.success) return null;
  const { round_number: round, round_time: roundMs } = end.data;
  return { kind: "round-end", ...scorelineOf(end.data), round, roundMs };
}
