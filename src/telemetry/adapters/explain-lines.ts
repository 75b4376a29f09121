/** What became of the lines of a log, one by one; nothing of a line is repeated. */
import type { Explained, Verdict } from "./adapter.ts";
import { decoded } from "./bytes.ts";
import { sourceLineOf } from "./source-line.ts";
import { maxLineLength } from "./tally.ts";

const maxExplained = 10_000;
const decisions: ReadonlySet<string> = new Set(["ignored", "never-stored", "unparsed"]);

export interface Judged {
  readonly kind: string;
  readonly what?: string;
}

function explainedLine(
  text: string,
  lineOf: (text: string) => Judged,
  feeds: Readonly<Record<string, readonly string[]>>,
): Omit<Explained, "line"> {
  const found = text.length > maxLineLength ? null : sourceLineOf(text);
  if (found === null) return { kind: "no-log-line", verdict: "unparsed", feeds: [] };
  const { kind, what } = lineOf(found.text);
  if (!decisions.has(kind)) return { kind, verdict: "parsed", feeds: feeds[kind] ?? [] };
  return { kind: what ?? kind, verdict: kind as Verdict, feeds: [] };
}

/** Explains whole lines, the first 10,000 of them. `feeds`: fields by kind of line. */
export function explainLines(
  body: Uint8Array,
  lineOf: (text: string) => Judged,
  feeds: Readonly<Record<string, readonly string[]>>,
): Explained[] {
  return decoded(body)
    .split("\n", maxExplained)
    .map((text, index) => ({ line: index + 1, text: text.replace(/\r$/, "") }))
    .filter(({ text }) => text.trim() !== "")
    .map(({ line, text }) => ({ line, ...explainedLine(text, lineOf, feeds) }));
}
