/** One parcel to the service: rows of sessions, pieces of a log, or messages of an adapter one by one. */
import { ApiError } from "../../client/errors.ts";
import { ingest, type Post } from "../../client/ingest.ts";
import type { Call } from "../../client/send.ts";
import type { Outcome } from "./ledger.ts";
import { maxJsonRows } from "./options.ts";
import type { Parcel } from "./parcels.ts";
import { contentOf, type Refusal, type RejectedLine, type Row } from "./row.ts";

/** Sends until there is an answer, and gives its body. */
export type Exchange = (call: Call) => Promise<unknown>;
export type Deliver = (parcel: Parcel) => Promise<Outcome>;

const lineOf = (row: Row, { code, pointer, detail }: Refusal): RejectedLine => ({
  row: row.number,
  code,
  pointer,
  detail,
  content: contentOf(row.text),
});

const byRow = (a: RejectedLine, b: RejectedLine) => a.row - b.row;
const refusedBefore = ({ refused }: Parcel) => refused.map((row) => lineOf(row, row.refusal as Refusal));

const sessionsPath = "/api/telemetry/sessions";

function rowsCall(rows: readonly string[], query: string): Call {
  const path = `${sessionsPath}${query}`;
  const [type, body] =
    rows.length > maxJsonRows
      ? ["application/x-ndjson", rows.join("\n")]
      : ["application/json", `{"sessions":[${rows.join(",")}]}`];
  return { method: "POST", path, body, headers: { "content-type": type } };
}

/** No idempotency key: rows have their own identity, and a key would cost the service a record for each request. */
export function deliverRows(exchange: Exchange, dryRun: boolean): Deliver {
  const post: Post = (rows) => exchange(rowsCall(rows, dryRun ? "?dry_run=true" : ""));
  return async (parcel) => {
    const { rows } = parcel;
    const nothing = { accepted: 0, duplicates: 0, rejected: [] };
    const texts = rows.map(({ text }) => text);
    const decided = rows.length === 0 ? nothing : await ingest(post, texts);
    const rejected = decided.rejected.map(({ index, ...why }) => lineOf(rows[index] as Row, why));
    return { ...decided, rejected: [...rejected, ...refusedBefore(parcel)].sort(byRow) };
  };
}

export interface AdapterRoute {
  readonly adapter: string;
  readonly contentType: string;
  /** What the server is called whose log it is: offsets and matches are kept apart by it. */
  readonly server: string;
}

const adapterCall = (route: AdapterRoute, body: Call["body"], headers: Record<string, string>): Call => ({
  method: "POST",
  path: `/api/telemetry/adapters/${route.adapter}?server=${encodeURIComponent(route.server)}`,
  ...(body === undefined ? {} : { body }),
  headers: { "content-type": route.contentType, "x-server-instance-token": route.server, ...headers },
});

interface AdapterAnswer {
  readonly accepted?: number;
  readonly duplicates?: number;
  readonly rejected?: readonly Refusal[];
}

/** What an adapter's answer says; `row` is where in the file it had got to. */
function takenOf(answer: unknown, row: number): Outcome {
  const { accepted = 0, duplicates = 0, rejected = [] }: AdapterAnswer = answer ?? {};
  const lines = rejected.map(({ code, pointer, detail }) => ({ row, code, pointer, detail, content: null }));
  return { accepted, duplicates, rejected: lines };
}

/** A log's bytes under their numbers: what the service has read before it passes over. */
export function deliverLog(exchange: Exchange, route: AdapterRoute): Deliver {
  return async ({ bytes, begin, after }) => {
    const body = new Uint8Array(bytes ?? []);
    const answer = await exchange(adapterCall(route, body, { "x-logbytes-beginoffset": String(begin) }));
    return takenOf(answer, after.row);
  };
}

/** One message; one that is refused stands for itself alone. */
async function deliverMessage(exchange: Exchange, route: AdapterRoute, row: Row): Promise<Outcome> {
  try {
    return takenOf(await exchange(adapterCall(route, row.text, {})), row.number);
  } catch (error) {
    if (!(error instanceof ApiError) || ![400, 413, 422].includes(error.status)) throw error;
    const refusal = { code: error.code, pointer: "", detail: error.message };
    return { accepted: 0, duplicates: 0, rejected: [lineOf(row, refusal)] };
  }
}

/** Messages of a plugin, one a line, in their order. */
export function deliverMessages(exchange: Exchange, route: AdapterRoute): Deliver {
  return async (parcel) => {
    const outcomes: Outcome[] = [];
    for (const row of parcel.rows) outcomes.push(await deliverMessage(exchange, route, row));
    return {
      accepted: outcomes.reduce((sum, { accepted }) => sum + accepted, 0),
      duplicates: outcomes.reduce((sum, { duplicates }) => sum + duplicates, 0),
      rejected: [...outcomes.flatMap(({ rejected }) => rejected), ...refusedBefore(parcel)].sort(byRow),
    };
  };
}
