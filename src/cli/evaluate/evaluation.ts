/** Everything that an evaluation says, ready to be printed or drawn. */
import { type Figures, measureAgainst, type Table } from "./figures.ts";
import { byColumn, byScope, bySessions, type Condition } from "./groups.ts";
import { InputError } from "./input-error.ts";
import { type Judged, judgedPlayers, judgedStandings, risksOf } from "./judged.ts";
import type { Labels } from "./labels.ts";
import type { PopulationScores } from "./population.ts";
import { type PromiseLine, promiseLines } from "./promise.ts";

/** Where the numbers come from, for the first lines of every output. */
export interface Origin {
  readonly source: string;
  readonly asOfMs: number;
  readonly sessions: number;
  readonly rejected: number;
  readonly rejectExamples: readonly string[];
  readonly readSeconds: number;
  readonly scoreSeconds: number;
}

export interface Counts {
  readonly players: number;
  readonly clean: number;
  readonly cheaters: number;
  readonly unverified: number;
  readonly unlabelled: number;
  /** Labelled, but without a session in the file. */
  readonly absent: number;
  readonly confident: number;
  readonly uncalibrated: number;
}

export interface Evaluation {
  readonly origin: Origin;
  readonly population: Omit<PopulationScores, "scores">;
  readonly counts: Counts;
  /** All players first, then the subsets asked for. */
  readonly headlines: readonly Figures[];
  readonly promise: readonly PromiseLine[];
  readonly tables: readonly Table[];
  readonly players: readonly Judged[];
  /** The players behind each headline. */
  readonly subsets: readonly Subset[];
}

export interface Subset {
  readonly name: string;
  readonly players: readonly Judged[];
}

/** Columns that are shown without asking where the labels have them. */
const usualColumns = ["kind", "skill"];
/** Matches of one or two cheaters are the hard ones: shown wherever the labels tell. */
const usualSubset = "cheaters_in_match";

function countsOf(players: readonly Judged[], labels: Labels, scores: PopulationScores): Counts {
  const labelled = (label: Judged["label"]) => players.filter((entry) => entry.label === label).length;
  const present = players.filter(({ label }) => label !== null).length;
  return {
    players: players.length,
    clean: labelled("clean"),
    cheaters: labelled("cheater"),
    unverified: labelled("unverified"),
    unlabelled: labelled(null),
    absent: labels.byPlayer.size - present,
    confident: players.filter(({ confident }) => confident).length,
    uncalibrated: scores.scores.filter(({ calibrated }) => !calibrated).length,
  };
}

/** Throws InputError for a column that the labels lack. */
export function requireColumns(labels: Labels, columns: readonly string[]): void {
  for (const column of columns) {
    if (labels.columns.includes(column)) continue;
    throw new InputError(`The labels have no column "${column}"; they have ${labels.columns.join(", ")}.`);
  }
}

function conditionsOf(labels: Labels, where: readonly Condition[]): Condition[] {
  if (!labels.columns.includes(usualSubset) || where.some(({ column }) => column === usualSubset))
    return [...where];
  const holds = (value: string) => value !== "" && Number(value) <= 2;
  return [{ text: `${usualSubset}<=2`, column: usualSubset, holds }, ...where];
}

export function evaluationOf(
  scores: PopulationScores,
  labels: Labels,
  by: readonly string[],
  where: readonly Condition[],
  origin: Origin,
): Evaluation {
  requireColumns(labels, [...by, ...where.map(({ column }) => column)]);
  const standings = judgedStandings(scores.scores, labels);
  const players = judgedPlayers(standings);
  const measure = measureAgainst(players);
  const chosen = conditionsOf(labels, where).map(({ text, column, holds }) => ({
    name: text,
    players: players.filter(({ columns }) => holds(columns[column] ?? "")),
  }));
  const subsets: Subset[] = [{ name: "all players", players }, ...chosen];
  const usual = usualColumns.filter((column) => labels.columns.includes(column));
  const { scores: _, ...population } = scores;
  return {
    origin,
    population,
    counts: countsOf(players, labels, scores),
    headlines: subsets.map((subset) => measureAgainst(subset.players)(subset.name, subset.players)),
    promise: promiseLines(risksOf(players, "clean")),
    tables: [
      ...(scores.scopes > 1 ? [byScope(standings, measure)] : []),
      bySessions(players, measure),
      ...[...new Set([...usual, ...by])].map((column) => byColumn(column, players, measure)),
    ],
    players,
    subsets,
  };
}
