/**
 * One match of a CS2 server: what its lines add up to, player by player. Names and user ids change, Steam ids do
 * not. A block of the log is the authority on totals: each one rebases the counts, so that lost lines and restored
 * backups heal; rates (walls, smoke, heads) are of the lines themselves.
 */
import type { PlayerToken } from "../source-line.ts";
import type { Block, BlockRow } from "./block.ts";
import type { Cs2Line } from "./lines.ts";

/** A round with its freeze time is just over three minutes; what is longer is a pause. Seconds. */
const longestRoundSeconds = 240;
const fullHealth = 100;
/** More players than any server holds; further ones are not followed. */
const maxPlayers = 128;

export type PlayerTally = {
  readonly team: string;
  readonly kills: number;
  readonly deaths: number;
  readonly assists: number;
  readonly damage: number;
  readonly headshots: number;
  readonly rounds: number;
  readonly seconds: number;
  /** Kills seen as lines, and of these through walls, through smoke, by the blind. */
  readonly seenKills: number;
  readonly wallbangs: number;
  readonly smokes: number;
  readonly blinds: number;
  /** Bullets that hit an opponent, and of these the head. */
  readonly hits: number;
  readonly headHits: number;
};

export type Match = {
  /** Server-local times. */
  readonly startedMs: number;
  readonly clockMs: number;
  readonly map: string;
  readonly rounds: number;
  readonly warmup: boolean;
  /** A backup is being restored: what follows is a rewind and no new match. */
  readonly reloading: boolean;
  /** Its begin was not seen: totals are whole, their time is unknown. */
  readonly joinedLate: boolean;
  readonly classicIds: boolean;
  readonly players: Readonly<Record<string, PlayerTally>>;
  readonly health: Readonly<Record<string, number>>;
};

const newcomer: PlayerTally = {
  team: "",
  kills: 0,
  deaths: 0,
  assists: 0,
  damage: 0,
  headshots: 0,
  rounds: 0,
  seconds: 0,
  seenKills: 0,
  wallbangs: 0,
  smokes: 0,
  blinds: 0,
  hits: 0,
  headHits: 0,
};

export const isSeated = (team: string): boolean => team === "CT" || team === "TERRORIST";

/** A match while lines are read: the same, changed in place for speed. */
export class OpenMatch {
  startedMs: number;
  clockMs: number;
  map: string;
  rounds = 0;
  warmup = false;
  reloading = false;
  joinedLate = false;
  classicIds = false;
  readonly players = new Map<string, { -readonly [K in keyof PlayerTally]: PlayerTally[K] }>();
  readonly #health = new Map<string, number>();

  constructor(startedMs: number, map: string) {
    this.startedMs = startedMs;
    this.clockMs = startedMs;
    this.map = map;
  }

  static from(match: Match): OpenMatch {
    const { players, health, ...rest } = match;
    const open = Object.assign(new OpenMatch(match.startedMs, match.map), rest);
    for (const [steam64, tally] of Object.entries(players)) open.players.set(steam64, { ...tally });
    for (const [steam64, left] of Object.entries(health)) open.#health.set(steam64, left);
    return open;
  }

  toJSON(): Match {
    const { startedMs, clockMs, map, rounds, warmup, reloading, joinedLate, classicIds } = this;
    const players = Object.fromEntries(this.players);
    const health = Object.fromEntries(this.#health);
    return { startedMs, clockMs, map, rounds, warmup, reloading, joinedLate, classicIds, players, health };
  }

  /** Everybody has spawned again. */
  heal(): void {
    this.#health.clear();
  }

  /** Back to zero: a restart. Who sits where stays known. */
  reset(atMs: number): void {
    this.startedMs = atMs;
    this.clockMs = atMs;
    this.rounds = 0;
    this.warmup = false;
    this.joinedLate = false;
    this.heal();
    for (const [steam64, { team }] of this.players) this.players.set(steam64, { ...newcomer, team });
  }

  /** Takes in one line of play. */
  play(line: Cs2Line): void {
    if (line.kind === "kill") this.#kill(line.by, line.of, line.flags);
    else if (line.kind === "hit") this.#hit(line);
    else if (line.kind === "assist") this.#assist(line.by, line.of);
    else if (line.kind === "death") this.#death(line.of);
    else if (line.kind === "seat") this.#seat(line.player, line.team);
  }

  endRound(atMs: number): void {
    if (this.warmup) return;
    this.rounds += 1;
    this.#credit(1, atMs);
  }

  /** The game says that so many rounds were played; lines of some may be missing. */
  catchUp(rounds: number, atMs: number): void {
    const missed = rounds - this.rounds;
    this.rounds = rounds;
    if (missed > 0) this.#credit(missed, atMs);
    if (missed < 0) this.#takeBack(-missed);
  }

  /** Are a block's totals what the lines added up to? */
  agrees(block: Block): boolean {
    if (block.rounds !== this.rounds) return false;
    return block.rows.every((row) => {
      const tally = this.players.get(row.steam64) ?? newcomer;
      const { kills, deaths, assists, damage, headshots } = row;
      return (
        tally.kills === kills &&
        tally.deaths === deaths &&
        tally.assists === assists &&
        tally.damage === damage &&
        tally.headshots === headshots
      );
    });
  }

  /** Takes a block's totals for its own, and makes up for rounds that were not seen or were taken back. */
  rebase(block: Block, atMs: number): void {
    for (const row of block.rows) this.#rebaseRow(row);
    this.catchUp(block.rounds, atMs);
  }

  #rebaseRow({ steam64, team, ...totals }: BlockRow): void {
    const { kills, deaths, assists, damage, headshots } = totals;
    const side = team === 2 ? "TERRORIST" : team === 3 ? "CT" : "";
    const tally = this.#tallyOf(steam64);
    if (tally) Object.assign(tally, { kills, deaths, assists, damage, headshots, team: side });
  }

  /** Rounds and their time to all who sit in a team. */
  #credit(rounds: number, atMs: number): void {
    const seconds = Math.max(0, Math.min((atMs - this.clockMs) / 1000, rounds * longestRoundSeconds));
    this.clockMs = atMs;
    for (const tally of this.players.values()) {
      if (!isSeated(tally.team)) continue;
      tally.rounds += rounds;
      tally.seconds += seconds;
    }
  }

  #takeBack(rounds: number): void {
    for (const tally of this.players.values()) {
      const kept = Math.max(0, tally.rounds - rounds);
      tally.seconds = tally.rounds === 0 ? 0 : (tally.seconds * kept) / tally.rounds;
      tally.rounds = kept;
    }
  }

  #tallyOf(steam64: string | null) {
    if (steam64 === null) return null;
    const known = this.players.get(steam64);
    if (known) return known;
    if (this.players.size >= maxPlayers) return null;
    const added = { ...newcomer };
    this.players.set(steam64, added);
    return added;
  }

  #seat(player: PlayerToken, team: string): void {
    const tally = this.#tallyOf(player.steam64);
    if (player.classicId) this.classicIds = true;
    if (tally) tally.team = team;
  }

  #kill(by: PlayerToken, of: PlayerToken, flags: string): void {
    this.#death(of);
    this.#seat(by, by.team);
    const tally = this.#tallyOf(by.steam64);
    if (!tally || by.team === of.team) return;
    tally.kills += 1;
    tally.seenKills += 1;
    if (flags.includes("headshot")) tally.headshots += 1;
    if (flags.includes("penetrated")) tally.wallbangs += 1;
    if (flags.includes("throughsmoke")) tally.smokes += 1;
    if (flags.includes("attackerblind")) tally.blinds += 1;
  }

  #death(of: PlayerToken): void {
    this.#seat(of, of.team);
    const tally = this.#tallyOf(of.steam64);
    if (tally) tally.deaths += 1;
  }

  #assist(by: PlayerToken, of: PlayerToken): void {
    const tally = this.#tallyOf(by.steam64);
    if (tally && by.team !== of.team) tally.assists += 1;
  }

  /** Damage is the fall of the victim's health, as the blocks count it: the logged figure is another one. */
  #hit({ by, of, healthLeft, hitgroup }: Extract<Cs2Line, { kind: "hit" }>): void {
    this.#seat(by, by.team);
    const victim = of.steam64 ?? `#${of.userId}`;
    const before = this.#health.get(victim) ?? fullHealth;
    if (this.#health.size < 2 * maxPlayers) this.#health.set(victim, healthLeft);
    const tally = this.#tallyOf(by.steam64);
    if (!tally || by.team === of.team) return;
    tally.damage += Math.max(0, before - healthLeft);
    if (hitgroup === "generic") return;
    tally.hits += 1;
    if (hitgroup === "head") tally.headHits += 1;
  }
}
