/** The filtered list as a file: page after page as the caller reads, so that any length takes the memory of one page. */
import { stringify } from "csv-stringify/sync";
import { playerAnswer } from "../../actions/answers.ts";
import { auditWrites } from "../../actions/audit.ts";
import { batch } from "../../db/client.ts";
import type { ActionContext } from "../../env.ts";
import { badRequest } from "../../http/problem.ts";
import { type PlayerLine, stretchOf } from "./list.ts";
import { hintOf, type PlayersPageQuery } from "./query.ts";

const rowsPerPage = 200;
/** A request may ask D1 a thousand times at most; half of that leaves room. */
const maxExported = 100_000;

export const formats = ["csv", "ndjson"] as const;
export type Format = (typeof formats)[number];

export const contentTypes: Readonly<Record<Format, string>> = {
  csv: "text/csv; charset=utf-8; header=present",
  ndjson: "application/x-ndjson; charset=utf-8",
};

const columns = [
  "id",
  "game",
  "ref",
  "username",
  "mode",
  "risk_score",
  "band",
  "confidence",
  "calibrated",
  "as_of",
  "last_seen_at",
  "created_at",
] as const;

/** RFC 4180. A text that a spreadsheet would run as a formula begins with an apostrophe instead. */
const csvOf = (records: readonly unknown[], header: boolean): string =>
  stringify([...records], {
    columns: [...columns],
    header,
    record_delimiter: "windows",
    escape_formulas: true,
    cast: { boolean: String },
  });

const linesOf = (records: readonly unknown[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join("");

/** Beyond the most that is exported the file breaks off with an error: one that is cut silently would pass for whole. */
async function* chunksOf(ctx: ActionContext, query: PlayersPageQuery, format: Format, most: number) {
  if (format === "csv") yield csvOf([], true);
  let exported = 0;
  let last: PlayerLine | null = null;
  for (let isFull = true; isFull; ) {
    const rows: PlayerLine[] = await stretchOf(ctx.db, query, rowsPerPage, last, ctx.nowMs);
    exported += rows.length;
    if (exported > most) throw new Error("more players than an export holds");
    last = rows.at(-1) ?? last;
    isFull = rows.length === rowsPerPage;
    const records = rows.map(playerAnswer);
    yield format === "csv" ? csvOf(records, false) : linesOf(records);
  }
}

/**
 * Who took the list, and which, is in the audit trail before the first row leaves.
 * @throws Problem 400 for filters that no index serves together
 */
export async function exportPlayers(
  ctx: ActionContext,
  query: PlayersPageQuery,
  format: Format,
  most = maxExported,
): Promise<ReadableStream<Uint8Array>> {
  const hint = hintOf(query);
  if (hint !== null) {
    throw badRequest([{ pointer: "/", code: "unsupported_combination", detail: hint.text }]);
  }
  const entry = { action: "player.export", target: null, details: { format, ...query } } as const;
  await batch(ctx.db, await auditWrites(ctx, entry));
  const chunks = chunksOf(ctx, query, format, most);
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await chunks.return(undefined);
    },
  });
}
