/** Lines are bounded beside bytes: a body of nothing but blank ones would cost far more to read than it weighs. */
import { maxBulkRows } from "../../telemetry/bulk.ts";
import type { Parts } from "../bytes.ts";
import { Problem } from "../problem.ts";

/** Ten lines a row, with two characters at each end. */
const maxLineEnds = maxBulkRows * 20;
const [lf, cr] = [0x0a, 0x0d];

/** @throws Problem 413 */
export async function* boundedLines(parts: Parts): Parts {
  let ends = 0;
  for await (const part of parts) {
    for (const byte of part) if (byte === lf || byte === cr) ends += 1;
    if (ends > maxLineEnds) throw new Problem(413, "too_many_lines", "The body holds too many blank lines.");
    yield part;
  }
}
