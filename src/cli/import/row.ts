/** A row of a file on its way, whatever the file's format. */

/** Why a row was refused: here, before it was sent, or by the service. */
export interface Refusal {
  readonly code: string;
  readonly pointer: string;
  readonly detail: string;
}

/** How much of a file is behind: what the next run need not read again. */
export interface Position {
  /** Byte of the text where the next row begins; 0 where rows are counted alone. */
  readonly offset: number;
  /** Rows (NDJSON: lines) up to there. */
  readonly row: number;
}

export interface Row {
  /** From 1: the line of NDJSON, the row of CSV behind its header. */
  readonly number: number;
  /** The position behind it. */
  readonly after: Position;
  /** As JSON; of a refused row, as far as it could be read. */
  readonly text: string;
  readonly refusal: Refusal | null;
}

/** One row that was not taken, as it stands in the file of rejected rows. */
export interface RejectedLine extends Refusal {
  readonly row: number;
  readonly content: unknown;
}

const shownCharacters = 2_000;

/** What a row says: its JSON, or its beginning where it is none. */
export function contentOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text.slice(0, shownCharacters);
  }
}
