/** The audit trail as NDJSON: page after page as the caller reads, so that any length takes the memory of one page. */
import {
  type AuditCursor,
  type AuditFilter,
  type ListedEntry,
  selectAuditEntries,
} from "../db/audit-list.ts";
import { batch } from "../db/client.ts";
import { auditWrites } from "./audit.ts";
import { auditEntryAnswer } from "./audit-answers.ts";
import type { ActionContext } from "./context.ts";

const entriesPerPage = 200;

export interface AuditExport {
  readonly filter: AuditFilter;
  readonly limit: number;
  readonly before: AuditCursor | null;
  /** What the caller asked for, for the entry that the export leaves. */
  readonly asked: Readonly<Record<string, unknown>>;
  writeCursor(last: ListedEntry): string;
}

/** Chunks of whole lines; the last line says how many there were and where to go on. */
async function* chunksOf(ctx: ActionContext, { filter, limit, before, writeCursor }: AuditExport) {
  let exported = 0;
  let last = before;
  let cursor: string | null = null;
  for (let isFull = true; isFull && exported < limit; ) {
    const asked = Math.min(entriesPerPage, limit - exported);
    const entries: ListedEntry[] = await selectAuditEntries(ctx.db, filter, asked, last);
    exported += entries.length;
    const end = entries.at(-1);
    isFull = entries.length === asked;
    last = end ?? last;
    cursor = isFull && end ? writeCursor(end) : null;
    yield entries.map((entry) => `${JSON.stringify(auditEntryAnswer(entry))}\n`).join("");
  }
  yield `${JSON.stringify({ exported, next_cursor: cursor })}\n`;
}

/** The entry of the export comes first: nothing leaves without it. */
export async function exportAudit(
  ctx: ActionContext,
  wanted: AuditExport,
): Promise<ReadableStream<Uint8Array>> {
  const entry = { action: "audit.export", target: null, details: { ...wanted.asked } } as const;
  await batch(ctx.db, await auditWrites(ctx, entry));
  const chunks = chunksOf(ctx, wanted);
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
