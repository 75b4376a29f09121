/** Rows of fields, `metrics.0.name`: those that are filled in, in their order, and how they are numbered anew. */
import type { Draft, Fields } from "../draft.ts";

/** Up to 100 rows, more than any declaration has: a row too many is a field that nobody asks for. */
const rowFormat = /^(\d{1,2})\./;

/** The numbers of the rows that a form has, ascending. */
export function placesOf(fields: Fields, list: string): number[] {
  const start = `${list}.`;
  const places = Object.keys(fields)
    .filter((name) => name.startsWith(start))
    .flatMap((name) => rowFormat.exec(name.slice(start.length))?.[1] ?? []);
  return [...new Set(places.map(Number))].sort((a, b) => a - b);
}

/** The same form with the rows that are kept alone, numbered from 0. */
export function renumbered(fields: Fields, list: string, kept: readonly number[]): Fields {
  const others = Object.entries(fields).filter(([name]) => !name.startsWith(`${list}.`));
  const rows = kept.flatMap((was, place) =>
    Object.entries(fields)
      .filter(([name]) => name.startsWith(`${list}.${was}.`))
      .map(([name, value]) => [name.replace(`${list}.${was}.`, `${list}.${place}.`), value] as const),
  );
  return Object.fromEntries([...others, ...rows]);
}

/** Faults with their places moved; a place that none of the moves knows stays. */
export const movedFaults = (
  faults: Draft["faults"],
  move: (place: string, words: string) => readonly [place: string, words: string],
): Draft["faults"] => Object.fromEntries(Object.entries(faults).map(([place, words]) => move(place, words)));
