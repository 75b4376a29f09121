/** How far the database was at the newest answer: sent back, it lets a copy near by answer that has seen as much. */

const header = "x-d1-bookmark";

export interface Bookmark {
  note(headers: Headers): void;
  /** For a read: at least what was seen before; the nearest copy where that is nothing. */
  headers(): Readonly<Record<string, string>>;
}

export function createBookmark(): Bookmark {
  let newest = "";
  return {
    note(headers) {
      // They sort as text, oldest first; answers come in any order.
      const seen = headers.get(header) ?? "";
      if (seen > newest) newest = seen;
    },
    headers: () => ({ [header]: newest === "" ? "first-unconstrained" : newest }),
  };
}
