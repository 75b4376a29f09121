/** Scores beside labels. */
import type { Label, Labels } from "./labels.ts";
import type { StandingScore } from "./population.ts";

/** A player, or one of their standings, with what was known and what the core said. */
export interface Judged {
  readonly player: string;
  /** null: the labels do not name the player. */
  readonly label: Label | null;
  /** Points, 0..100. */
  readonly risk: number;
  readonly sessions: number;
  readonly confident: boolean;
  readonly scope: string;
  /** The player's row of the labels file. */
  readonly columns: Readonly<Record<string, string>>;
}

const none: Readonly<Record<string, string>> = {};

/** One entry a standing. */
export function judgedStandings(scores: readonly StandingScore[], labels: Labels): Judged[] {
  return scores.map(({ standing, risk, confidence }) => {
    const row = labels.byPlayer.get(standing.player);
    return {
      player: standing.player,
      label: row?.label ?? null,
      risk,
      sessions: standing.total,
      confident: confidence === "sufficient",
      scope: `${standing.game}/${standing.mode}`,
      columns: row?.columns ?? none,
    };
  });
}

/** One entry a player: their highest standing, as the service shows players; sessions are all of theirs. */
export function judgedPlayers(standings: readonly Judged[]): Judged[] {
  const players = new Map<string, Judged>();
  for (const standing of standings) {
    const known = players.get(standing.player);
    const top = known === undefined || standing.risk > known.risk ? standing : known;
    players.set(standing.player, { ...top, sessions: standing.sessions + (known?.sessions ?? 0) });
  }
  return [...players.values()];
}

export const risksOf = (judged: readonly Judged[], label: Label): number[] =>
  judged.filter((entry) => entry.label === label).map(({ risk }) => risk);
