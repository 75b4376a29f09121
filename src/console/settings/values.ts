/** How values stand in fields: times without a zone are UTC, lists are separated by commas or lines. */
import type { Sent } from "./answer-form.ts";

/** `2026-11-01T12:00`, as a field for times wants it; empty for none. */
export const fieldTimeOf = (ms: number | null): string =>
  ms === null ? "" : new Date(ms).toISOString().slice(0, 16);

/** What a field for times gave, with the zone that it lacks; what it did not give is left for the schema to refuse. */
export const instantIn = (sent: Sent, name: string): string | undefined => {
  const text = sent.word(name);
  if (text === undefined) return undefined;
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(text) ? `${text}:00Z` : text;
};

/** Words between commas or on lines of their own; undefined without any. */
export function wordsIn(sent: Sent, name: string): string[] | undefined {
  const words = sent
    .text(name)
    .split(/[,\n]/)
    .map((word) => word.trim())
    .filter((word) => word !== "");
  return words.length === 0 ? undefined : words;
}
