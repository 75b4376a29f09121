/** Counts of one read, and the shapes of what it did not understand. */
import type { AdapterResult, JsonValue, ReadCounts, Unparsed, Verdict } from "./adapter.ts";

const maxPatterns = 20;
/** Longer lines are no lines of any format here. Chosen by us: the longest seen has 600 characters. */
export const maxLineLength = 8_192;

const noCounts: ReadCounts = {
  read: 0,
  parsed: 0,
  ignored: 0,
  neverStored: 0,
  unparsed: 0,
  repeatedBytes: 0,
  gaps: 0,
  checksEqual: 0,
  checksUnequal: 0,
};

/** Words of a shape that are shown; what follows may be somebody's words. */
const shownWords = 4;

function withoutQuoted(text: string): string {
  const quotes = text.split('"').length - 1;
  if (quotes % 2 === 1) return text.slice(0, text.indexOf('"'));
  return text.replaceAll(/"[^"]{0,400}"/g, '""');
}

function shownWord(word: string): string {
  return word.length > 24 || /[@=/]/.test(word) || word.split(":").length > 2 ? "…" : word;
}

/**
 * The shape of a text: its first words, without quoted text, numbers, addresses, what follows a colon, and words
 * that could be secrets, so that it can be kept and shown. It is cut before it is searched; each expression is linear.
 */
export function shapeOf(text: string): string {
  const known = withoutQuoted(text.slice(0, 400).replaceAll(/[^\x20-\x7e]{1,400}/g, "?"));
  const end = known.indexOf(": ");
  const words = (end === -1 ? known : known.slice(0, end + 1)).split(" ").filter((word) => word !== "");
  const shown = words.slice(0, shownWords).map(shownWord);
  if (words.length > shownWords || end !== -1) shown.push("…");
  return shown.join(" ").replaceAll(/\d{1,400}/g, "n");
}

export class Tally {
  readonly #counts: { -readonly [K in keyof ReadCounts]: number } = { ...noCounts };
  readonly #patterns = new Map<string, number>();

  add(name: keyof ReadCounts, by = 1): void {
    this.#counts[name] += by;
  }

  /** One more line or message; `text` is looked at only where it was not understood. */
  judge(verdict: Verdict, text: string): void {
    this.#counts.read += 1;
    this.#counts[verdict === "never-stored" ? "neverStored" : verdict] += 1;
    if (verdict !== "unparsed") return;
    const shape = shapeOf(text);
    const count = this.#patterns.get(shape);
    if (count !== undefined || this.#patterns.size < maxPatterns) this.#patterns.set(shape, (count ?? 0) + 1);
  }

  get unparsed(): Unparsed[] {
    return [...this.#patterns].map(([pattern, count]) => ({ pattern, count }));
  }

  /** The result of a read that brought what `parts` says. */
  result(parts: Partial<AdapterResult> & { readonly state: JsonValue | null }): AdapterResult {
    return {
      sessions: [],
      events: [],
      ack: "stored",
      ...parts,
      unparsed: this.unparsed,
      counts: { ...this.#counts },
    };
  }
}
