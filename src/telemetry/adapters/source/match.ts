/** One match of a Source game: what its lines add up to, from the first round to the end of the game or the map. */
import type { SessionRow } from "../../session.ts";
import { known, rounded } from "../log-session.ts";
import type { PlayerToken } from "../source-line.ts";
import type { SourceGameLine } from "./lines.ts";

const maxPlayers = 128;
/** Longer than a round of any of these games; what is longer is a server left alone. */
const longestRoundMs = 3_600_000;

export type PlayerTally = {
  readonly team: string;
  readonly kills: number;
  readonly deaths: number;
  readonly headshots: number;
  readonly shots: number;
  readonly hits: number;
  readonly damage: number;
  readonly seconds: number;
};

const newcomer: PlayerTally = {
  team: "",
  kills: 0,
  deaths: 0,
  headshots: 0,
  shots: 0,
  hits: 0,
  damage: 0,
  seconds: 0,
};

export type SourceMatch = {
  readonly startedMs: number;
  /** Server-local times of the round under way and of the last line of play; null between rounds. */
  readonly roundMs: number | null;
  readonly playedMs: number;
  readonly players: Readonly<Record<string, PlayerTally>>;
};

const isSeated = (team: string): boolean => team !== "" && team !== "Spectator" && team !== "Unassigned";

export class OpenSourceMatch {
  readonly startedMs: number;
  roundMs: number | null;
  playedMs: number;
  readonly players = new Map<string, { -readonly [K in keyof PlayerTally]: PlayerTally[K] }>();

  constructor(startedMs: number) {
    this.startedMs = startedMs;
    this.roundMs = startedMs;
    this.playedMs = startedMs;
  }

  static from(match: SourceMatch): OpenSourceMatch {
    const open = new OpenSourceMatch(match.startedMs);
    open.roundMs = match.roundMs;
    open.playedMs = match.playedMs;
    for (const [steam64, tally] of Object.entries(match.players)) open.players.set(steam64, { ...tally });
    return open;
  }

  toJSON(): SourceMatch {
    const { startedMs, roundMs, playedMs } = this;
    return { startedMs, roundMs, playedMs, players: Object.fromEntries(this.players) };
  }

  /** Takes in one line of play; between rounds only where people sit. */
  play(line: SourceGameLine, atMs: number): void {
    if (line.kind === "seat") this.#seat(line.player, line.team);
    if (this.roundMs === null) return;
    this.playedMs = atMs;
    if (line.kind === "kill") this.#kill(line.by, line.of, line.custom);
    else if (line.kind === "death") this.#add(line.of, "deaths");
    else if (line.kind === "shot") this.#add(line.by, "shots");
    else if (line.kind === "shot-hit") this.#add(line.by, "hits");
    else if (line.kind === "damage" && line.by.team !== line.of.team)
      this.#add(line.by, "damage", line.damage);
  }

  endRound(atMs: number): void {
    if (this.roundMs === null) return;
    const seconds = Math.max(0, Math.min(atMs - this.roundMs, longestRoundMs)) / 1000;
    this.roundMs = null;
    this.playedMs = atMs;
    for (const tally of this.players.values()) if (isSeated(tally.team)) tally.seconds += seconds;
  }

  #kill(by: PlayerToken, of: PlayerToken, custom: string): void {
    // A spy's feigned death is logged as a kill, and nobody died.
    if (custom === "feign_death") return;
    this.#add(of, "deaths");
    if (by.team === of.team) return;
    this.#add(by, "kills");
    if (custom === "headshot") this.#add(by, "headshots");
  }

  #add(player: PlayerToken, what: Exclude<keyof PlayerTally, "team">, by = 1): void {
    const tally = this.#seat(player, player.team);
    if (tally) tally[what] += by;
  }

  #seat({ steam64 }: PlayerToken, team: string) {
    if (steam64 === null || (!this.players.has(steam64) && this.players.size >= maxPlayers)) return null;
    const tally = this.players.get(steam64) ?? { ...newcomer };
    tally.team = team;
    this.players.set(steam64, tally);
    return tally;
  }
}

/** A player's part of a row. Shots are there only where a plugin logs them; then hits cannot be more. */
export function countsOf(tally: PlayerTally): Partial<SessionRow> {
  const { kills, deaths, headshots, shots, hits, damage, seconds } = tally;
  const minutes = seconds / 60;
  return {
    ...(seconds > 0 ? { duration_minutes: Math.min(1_440, rounded(minutes, 2)) } : {}),
    kills,
    deaths,
    headshots: Math.min(kills, headshots),
    ...(shots > 0 ? { shots_fired: shots, shots_hit: Math.min(hits, shots) } : {}),
    metrics: known({
      damage_per_minute: minutes > 0 && damage > 0 ? rounded(damage / minutes, 2) : undefined,
      damage: damage > 0 ? damage : undefined,
    }),
  };
}
