/** Sources as text with links: addresses and DOIs that a card names. */

export interface SourcePart {
  readonly text: string;
  /** Null: plain text. */
  readonly href: string | null;
}

const address = /https?:\/\/[^\s<>"']+|doi:10\.[^\s<>"']+/g;
/** What ends a sentence is not part of an address. */
const trailing = /[.,;:)\]]+$/;

const hrefOf = (text: string): string =>
  text.startsWith("doi:") ? `https://doi.org/${encodeURI(text.slice(4))}` : text;

/** A source in parts, in order; together they are the text. */
export function partsOf(source: string): SourcePart[] {
  const parts: SourcePart[] = [];
  let at = 0;
  for (const { 0: found, index } of source.matchAll(address)) {
    const text = found.replace(trailing, "");
    if (index > at) parts.push({ text: source.slice(at, index), href: null });
    parts.push({ text, href: hrefOf(text) });
    at = index + text.length;
  }
  if (at < source.length) parts.push({ text: source.slice(at), href: null });
  return parts;
}
