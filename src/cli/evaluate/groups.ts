/** Splitting players by a column of the labels, by scope, by sessions; and picking some of them. */
import type { Figures, Measure, Table } from "./figures.ts";
import { InputError } from "./input-error.ts";
import type { Judged } from "./judged.ts";

/** A numeric column with more values than this is split into tenths. */
const mostValues = 20;
const mostGroups = 40;

const isNumber = (text: string): boolean => text !== "" && Number.isFinite(Number(text));

function byTenths(column: string, judged: readonly Judged[], measure: Measure): Figures[] {
  const sorted = judged
    .filter(({ columns }) => isNumber(columns[column] ?? ""))
    .sort((a, b) => Number(a.columns[column]) - Number(b.columns[column]));
  const part = (from: number, to: number) =>
    sorted.slice(Math.floor(from * sorted.length), Math.floor(to * sorted.length));
  const tenths = Array.from({ length: 10 }, (_, i) =>
    measure(
      `tenth ${i + 1}${i === 0 ? " (lowest)" : i === 9 ? " (highest)" : ""}`,
      part(i / 10, (i + 1) / 10),
    ),
  );
  return [...tenths, measure("top 1 %", part(0.99, 1))];
}

function byValues(groups: Map<string, Judged[]>, measure: Measure): Figures[] {
  return [...groups]
    .sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1))
    .slice(0, mostGroups)
    .map(([value, group]) => measure(value === "" ? "(empty)" : value, group));
}

/** Figures by a column: numbers of many values in tenths, everything else by value, the largest 40 groups. */
export function byColumn(column: string, judged: readonly Judged[], measure: Measure): Table {
  const labelled = judged.filter(({ label }) => label === "clean" || label === "cheater");
  const groups = Map.groupBy(labelled, ({ columns }) => columns[column] ?? "");
  const values = [...groups.keys()].filter((value) => value !== "");
  const inTenths = values.length > mostValues && values.every(isNumber);
  const cut = !inTenths && groups.size > mostGroups ? `, the largest ${mostGroups} of ${groups.size}` : "";
  return {
    title: `By ${column}${cut}`,
    rows: inTenths ? byTenths(column, labelled, measure) : byValues(groups, measure),
  };
}

export function byScope(standings: readonly Judged[], measure: Measure): Table {
  return {
    title: "By scope",
    rows: byValues(
      Map.groupBy(standings, ({ scope }) => scope),
      measure,
    ),
  };
}

const sessionBands = [
  ["1-2", 1, 2],
  ["3-9", 3, 9],
  ["10-29", 10, 29],
  ["30-99", 30, 99],
  ["100 and more", 100, Number.POSITIVE_INFINITY],
  ["30 and more", 30, Number.POSITIVE_INFINITY],
] as const;

export function bySessions(judged: readonly Judged[], measure: Measure): Table {
  const rows = sessionBands
    .map(([name, from, to]) =>
      measure(
        name,
        judged.filter(({ sessions }) => sessions >= from && sessions <= to),
      ),
    )
    .filter(({ clean, cheaters }) => clean + cheaters > 0);
  return { title: "By sessions", rows };
}

type Comparison = "<=" | ">=" | "!=" | "<" | ">" | "=";
/** A condition on a column of the labels, such as `cheaters_in_match<=2`. */
export interface Condition {
  readonly text: string;
  readonly column: string;
  readonly holds: (value: string) => boolean;
}

function compare(comparison: Comparison, order: number): boolean {
  if (comparison === "=") return order === 0;
  if (comparison === "!=") return order !== 0;
  if (order === 0) return comparison.endsWith("=");
  return comparison.startsWith("<") ? order < 0 : order > 0;
}

/** Reads `column<=value`; numbers compare as numbers. Throws InputError. */
export function parseCondition(text: string): Condition {
  const [, column, comparison, bound] = /^\s*([^<>=!]+?)\s*(<=|>=|!=|<|>|=)\s*(.*?)\s*$/.exec(text) ?? [];
  if (column === undefined || comparison === undefined || bound === undefined) {
    throw new InputError(`--where wants a condition such as "cheaters_in_match<=2", not "${text}".`);
  }
  const holds = (value: string): boolean => {
    const numeric = isNumber(value) && isNumber(bound);
    const order = numeric ? Number(value) - Number(bound) : value < bound ? -1 : value > bound ? 1 : 0;
    return compare(comparison as Comparison, order);
  };
  return { text: `${column}${comparison}${bound}`, column, holds };
}
