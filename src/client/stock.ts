/** The rows that a queue holds, in their order, with their weight. */
import type { QueueOptions } from "./session-queue.ts";
import type { SessionRow } from "./types.ts";

export interface Held {
  readonly row: SessionRow;
  /** As it is sent. Written when it is added: what the caller does to the row afterwards changes nothing. */
  readonly text: string;
  readonly bytes: number;
}

export type Batch = readonly Held[];

const encoder = new TextEncoder();
/** A comma between two rows. */
const separatorBytes = 1;

export function createStock({ maxRows = 1_000, maxBytes = 1_000_000, maxHeld = 20_000 }: QueueOptions) {
  let rows: Held[] = [];
  let bytes = 0;
  let added = 0;
  let settled = 0;
  return {
    get held() {
      return rows.length;
    },
    /** Rows ever added. */
    get added() {
      return added;
    },
    /** Rows ever settled; rows are settled in their order. */
    get settled() {
      return settled;
    },
    add(row: SessionRow): boolean {
      if (rows.length >= maxHeld) return false;
      const text = JSON.stringify(row);
      const size = encoder.encode(text).length + separatorBytes;
      rows.push({ row, text, bytes: size });
      bytes += size;
      added += 1;
      return true;
    },
    /** Whether what is held fills a batch. */
    isFull: () => rows.length >= maxRows || bytes >= maxBytes,
    /** The next batch: at least one row. They stay in stock until they are settled. */
    next(): Batch {
      let size = 0;
      const end = rows.findIndex((row, index) => {
        size += row.bytes;
        return index >= maxRows || (index > 0 && size > maxBytes);
      });
      return rows.slice(0, end < 0 ? undefined : end);
    },
    settle(batch: Batch): void {
      rows = rows.slice(batch.length);
      bytes -= batch.reduce((sum, row) => sum + row.bytes, 0);
      settled += batch.length;
    },
    rest: (): readonly SessionRow[] => rows.map(({ row }) => row),
  };
}
