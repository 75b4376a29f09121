/** Rows, checked one by one and cut into chunks that one statement can carry. */
import { tooManyRows } from "../../http/problem.ts";
import { maxBulkRows, UnreadableRow } from "../../telemetry/bulk.ts";
import { type Rejection, rejection } from "./answer.ts";
import type { Kind, Named, Placed } from "./kind.ts";
import { createUnknownFields } from "./unknown-fields.ts";

/** D1 takes 2 MB a value and a bound list is one value: half of that leaves room for every encoding. */
const maxChunkBytes = 1_000_000;
/** More rows would make a batch long, and win nothing: the cost of a batch itself is spread thin by then. */
export const chunkRows = 2_000;

/** Rows that are decided together: the valid ones, and those that were refused beside them. */
export interface Chunk<T> {
  readonly placed: Placed<T>[];
  readonly rejected: Rejection[];
  /** Index of its first row and of its last. */
  readonly from: number;
  through: number;
  bytes: number;
}

export function createChunker<T extends Named>(kind: Kind<T>, maxChunkRows: number) {
  const unknown = createUnknownFields(kind.fields);
  let next = 0;
  const begin = (): Chunk<T> => ({ placed: [], rejected: [], from: next, through: next - 1, bytes: 0 });
  let chunk = begin();

  function parse(row: unknown) {
    if (row instanceof UnreadableRow) return row;
    unknown.see(row);
    return kind.parse(row);
  }

  return {
    /**
     * Takes one row; answers the chunk before it where the row has no room in that.
     * @throws Problem 413 for a row too many
     */
    take(row: unknown): Chunk<T> | null {
      if (next >= maxBulkRows) throw tooManyRows(maxBulkRows);
      const parsed = parse(row);
      let full: Chunk<T> | null = null;
      if ("fault" in parsed) chunk.rejected.push(rejection(kind.member, next, parsed.fault));
      else {
        const bytes = kind.weigh(parsed.value);
        if (chunk.bytes + bytes > maxChunkBytes || chunk.placed.length >= maxChunkRows) {
          full = chunk;
          chunk = begin();
        }
        chunk.placed.push({ index: next, value: parsed.value });
        chunk.bytes += bytes;
      }
      chunk.through = next;
      next += 1;
      return full;
    },
    /** What is left when the rows end. */
    rest: () => chunk,
    /** Valid rows of the chunk that is being filled. */
    filling: () => chunk.placed.length,
    unknownFields: unknown.counted,
  };
}
