/** Rows of numbers cut from one allocation: a player needs dozens of short arrays, and each of its own costs more than its loop. */

export type Column = Float64Array;

/** Gives rows of `length` zeros, one a call. `rows` of them are allocated at once; more are allocated alike. */
export function slabOf(rows: number, length: number): () => Column {
  let slab = new Float64Array(rows * length);
  let used = 0;
  return () => {
    if (used === rows) {
      slab = new Float64Array(rows * length);
      used = 0;
    }
    const from = used * length;
    used += 1;
    return new Float64Array(slab.buffer, 8 * from, length);
  };
}
