/** How a file is read and where it goes: as rows, as a log, or as an adapter's messages. */
import { createHash } from "node:crypto";
import { extname } from "node:path";
import { gunzipSync } from "node:zlib";
import { csvRows } from "./csv.ts";
import {
  type AdapterRoute,
  type Deliver,
  deliverLog,
  deliverMessages,
  deliverRows,
  type Exchange,
} from "./deliver.ts";
import { type Input, readFrom } from "./input.ts";
import { ndjsonRows } from "./ndjson.ts";
import type { ImportOptions } from "./options.ts";
import { logParcels, type Parcel, parcelsOf } from "./parcels.ts";
import type { Position } from "./row.ts";

export interface Plan {
  readonly parcels: AsyncIterable<Parcel>;
  readonly deliver: Deliver;
}

const headBytes = 4_096;

/** The first bytes of the text itself. */
function textHead({ head, isGzip }: Input): Buffer {
  if (!isGzip) return head.subarray(0, headBytes);
  // The head of a stream that goes on: what can be had of it is enough.
  return gunzipSync(head, { finishFlush: 2 }).subarray(0, headBytes);
}

/** By its name, else by how it begins: NDJSON rows are objects. */
function isCsv(input: Input): boolean {
  const name = input.path.toLowerCase().replace(/\.gz$/, "");
  if (extname(name) === ".csv") return true;
  if ([".ndjson", ".jsonl", ".json"].includes(extname(name))) return false;
  const text = new TextDecoder().decode(textHead(input)).trimStart();
  return text !== "" && !text.startsWith("{");
}

/** A log that has grown is still the same log, wherever it is kept. */
const serverNameOf = (input: Input): string =>
  `file-${createHash("sha256").update(textHead(input)).digest("hex").slice(0, 16)}`;

function adapterPlan(
  exchange: Exchange,
  { adapter, server }: ImportOptions,
  input: Input,
  from: Position,
): Plan | null {
  if (adapter === null) return null;
  const [contentType = "text/plain"] = adapter.contentTypes;
  const route: AdapterRoute = { adapter: adapter.id, contentType, server: server ?? serverNameOf(input) };
  const { pieces, fileBytes } = readFrom(input, from.offset);
  if (contentType === "text/plain") {
    return { parcels: logParcels(pieces, from, fileBytes), deliver: deliverLog(exchange, route) };
  }
  const rows = ndjsonRows(pieces, from, null);
  return { parcels: parcelsOf(rows, 1, fileBytes), deliver: deliverMessages(exchange, route) };
}

export function planOf(
  exchange: Exchange,
  options: ImportOptions,
  input: Input,
  from: Position,
  onIgnored: (names: readonly string[]) => void,
): Plan {
  const adapted = adapterPlan(exchange, options, input, from);
  if (adapted) return adapted;
  const { batch, game, dryRun } = options;
  const { pieces, fileBytes } = readFrom(input, from.offset);
  const rows = isCsv(input) ? csvRows(pieces, from.row, game, onIgnored) : ndjsonRows(pieces, from, game);
  return { parcels: parcelsOf(rows, batch, fileBytes), deliver: deliverRows(exchange, dryRun) };
}
