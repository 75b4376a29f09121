/** Parcels: what goes in one request, in the file's order. */
import type { Position, Row } from "./row.ts";

export interface Parcel {
  /** Rows to be sent. */
  readonly rows: readonly Row[];
  /** Rows that were refused before they could be sent. */
  readonly refused: readonly Row[];
  /** Of a log: its bytes, and where in the log they begin. */
  readonly bytes: Buffer | null;
  readonly begin: number;
  readonly after: Position;
  /** Bytes of the file behind it, compressed ones where it is gzip. */
  readonly fileBytes: number;
}

/** Half of what the service takes: a row may grow when a game is put in. */
const maxParcelBytes = 4_000_000;

/** Gathers rows, at most so many and so heavy. */
export async function* parcelsOf(
  rows: AsyncIterable<Row>,
  maxRows: number,
  fileBytes: () => number,
): AsyncGenerator<Parcel> {
  let gathered: Row[] = [];
  let bytes = 0;
  const take = (): Parcel => {
    const after = (gathered.at(-1) as Row).after;
    const sent = gathered.filter(({ refusal }) => refusal === null);
    const refused = gathered.filter(({ refusal }) => refusal !== null);
    [gathered, bytes] = [[], 0];
    return { rows: sent, refused, bytes: null, begin: 0, after, fileBytes: fileBytes() };
  };
  for await (const row of rows) {
    if (gathered.length >= maxRows || (gathered.length > 0 && bytes + row.text.length > maxParcelBytes))
      yield take();
    gathered.push(row);
    bytes += row.text.length;
  }
  if (gathered.length > 0) yield take();
}

const pieceBytes = 256 * 1024;

function linesIn(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) lines += 1;
  return lines;
}

/** Cuts a log into pieces of one size, wherever its lines end: an adapter knows its bytes by their numbers. */
export async function* logParcels(
  pieces: AsyncIterable<Buffer>,
  from: Position,
  fileBytes: () => number,
): AsyncGenerator<Parcel> {
  let { offset, row } = from;
  let held = Buffer.alloc(0);
  const take = (length: number): Parcel => {
    const bytes = held.subarray(0, length);
    held = held.subarray(length);
    const begin = offset;
    offset += length;
    row += linesIn(bytes);
    return { rows: [], refused: [], bytes, begin, after: { offset, row }, fileBytes: fileBytes() };
  };
  for await (const piece of pieces) {
    held = Buffer.concat([held, piece]);
    while (held.length >= pieceBytes) yield take(pieceBytes);
  }
  if (held.length > 0) yield take(held.length);
}
