/** Rows in bulk, before anybody looks into them. */
import type { RowFault } from "./session.ts";

/** Rows of one request. */
export const maxBulkRows = 10_000;

/** A row that could not even be read: it stands in its place among the rows, so that each keeps its index. */
export class UnreadableRow {
  readonly fault: RowFault;

  constructor(code: string, detail: string) {
    this.fault = { pointer: "", code, detail };
  }
}
