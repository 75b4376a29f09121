/** Fields of rows that we do not know: ignored, and counted, so that a sender finds its typing error. */

/** Names that are told; further ones are not. */
const maxNames = 20;
const maxLength = 64;

/** A name as it may stand in an answer: printable, and of bounded length. */
const shownAs = (name: string): string => name.slice(0, maxLength).replaceAll(/[^ -~]/g, "?");

export function createUnknownFields(fields: ReadonlySet<string>) {
  const counts = new Map<string, number>();

  function count(name: string): void {
    const shown = shownAs(name);
    const before = counts.get(shown);
    if (before === undefined && counts.size >= maxNames) return;
    counts.set(shown, (before ?? 0) + 1);
  }

  return {
    /** Counts the unknown fields of one row, whatever it is. */
    see(row: unknown): void {
      if (typeof row !== "object" || row === null || Array.isArray(row)) return;
      for (const name in row) if (!fields.has(name)) count(name);
    },
    counted: (): Record<string, number> => Object.fromEntries(counts),
  };
}
