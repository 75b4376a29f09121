/**
 * One map of a series, from events that have no order, no time and no id, and may come again: all that is kept is the
 * latest totals, what each round took, and who died in which round, so that neither order nor repetition matters.
 */
import type { Death, MatchEvent, Scoreline, Stats } from "./events.ts";

const maxRounds = 64;
/** More than play a match; with nine maps a state stays in its bound. */
const maxPlayers = 32;

type KillTraits = {
  readonly kills: number;
  readonly wallbangs: number;
  readonly smokes: number;
  readonly blinds: number;
};

export type MapState = {
  /** Rounds that the latest totals are of. */
  readonly rounds: number;
  readonly players: Readonly<Record<string, Stats>>;
  /** Score of the map's result: how many rounds there were in the end; null before it came. */
  readonly finalRounds: number | null;
  /** Milliseconds of each round, where the sender says. */
  readonly roundMs: Readonly<Record<string, number>>;
  /** Rounds in which a player died, by Steam64: a death comes again, and nobody dies twice in a round. */
  readonly deaths: Readonly<Record<string, readonly number[]>>;
  readonly traits: Readonly<Record<string, KillTraits>>;
  /** When the last event that changed anything came. */
  readonly seenMs: number;
  /** Its sessions are out. */
  readonly done: boolean;
};

export const emptyMap: MapState = {
  rounds: 0,
  players: {},
  finalRounds: null,
  roundMs: {},
  deaths: {},
  traits: {},
  seenMs: 0,
  done: false,
};

const size = (record: Readonly<Record<string, unknown>>): number => Object.keys(record).length;

/** Later totals take the place of earlier ones; those of as many rounds are the same. */
function withTotals(map: MapState, { rounds, players }: Scoreline): MapState {
  if (players.size === 0 || rounds < map.rounds) return map;
  return { ...map, rounds, players: Object.fromEntries([...players].slice(0, maxPlayers)) };
}

function withRound(map: MapState, round: number, roundMs: number): MapState {
  const name = String(round);
  if (roundMs === 0 || round >= maxRounds || map.roundMs[name] !== undefined) return map;
  return { ...map, roundMs: { ...map.roundMs, [name]: roundMs } };
}

const noTraits: KillTraits = { kills: 0, wallbangs: 0, smokes: 0, blinds: 0 };

function withKill(map: MapState, death: Death): MapState {
  const killer = death.attacker?.steamid ?? null;
  const isKill =
    killer !== null && killer !== death.player?.steamid && !death.suicide && !death.friendly_fire;
  if (!isKill || (size(map.traits) >= maxPlayers && !map.traits[killer])) return map;
  const known = map.traits[killer] ?? noTraits;
  const traits: KillTraits = {
    kills: known.kills + 1,
    wallbangs: known.wallbangs + Number(death.penetrated),
    smokes: known.smokes + Number(death.thru_smoke),
    blinds: known.blinds + Number(death.attacker_blind),
  };
  return { ...map, traits: { ...map.traits, [killer]: traits } };
}

function withDeath(map: MapState, death: Death): MapState {
  const victim = death.player?.steamid ?? null;
  // A bot's death has no id to know it by when it comes again.
  if (victim === null || death.round_number >= maxRounds) return map;
  const rounds = map.deaths[victim] ?? [];
  if (rounds.includes(death.round_number) || (size(map.deaths) >= maxPlayers && rounds.length === 0))
    return map;
  const counted = { ...map, deaths: { ...map.deaths, [victim]: [...rounds, death.round_number] } };
  return withKill(counted, death);
}

export function withEvent(map: MapState, event: MatchEvent, receivedAtMs: number): MapState {
  if (map.done || event.kind === "other") return map;
  const seen = { ...map, seenMs: Math.max(map.seenMs, receivedAtMs) };
  if (event.kind === "death") return withDeath(seen, event.death);
  const totals = withTotals(seen, event);
  if (event.kind === "round-end") return withRound(totals, event.round, event.roundMs);
  return { ...totals, finalRounds: Math.max(totals.finalRounds ?? 0, event.rounds) };
}

/** Has every death of the totals come one by one? */
function isDeathsComplete(map: MapState): boolean {
  const told = Object.entries(map.players).reduce((sum, [, { deaths }]) => sum + deaths, 0);
  const seen = Object.values(map.deaths).reduce((sum, rounds) => sum + rounds.length, 0);
  return seen >= told;
}

/** The result is in, with totals of all its rounds, and each death from a sender that tells deaths: nothing is missing. */
export const isComplete = (map: MapState, tellsDeaths: boolean): boolean =>
  !map.done &&
  map.finalRounds !== null &&
  map.finalRounds > 0 &&
  map.rounds === map.finalRounds &&
  size(map.players) > 0 &&
  (size(map.roundMs) === 0 || size(map.roundMs) >= map.rounds) &&
  (!tellsDeaths || isDeathsComplete(map));
