/** Everything about a person as NDJSON: page after page as the caller reads, so that any length takes the memory of one. */
import { hex } from "../auth/digest.ts";
import { batch, type Db } from "../db/client.ts";
import { type Person, personalTables, type StoredRow, selectAbout } from "../db/person.ts";
import type { PlayerRow } from "../db/players.ts";
import type { RegisteredTable } from "../db/registry.ts";
import { isoOf } from "./answers.ts";
import { auditWrites } from "./audit.ts";
import type { ActionContext } from "./context.ts";

const rowsPerPage = 500;

const lineOf = (value: unknown): string => `${JSON.stringify(value)}\n`;

/** The rows of a table, a page at a time. */
async function* pagesOf(db: Db, table: RegisteredTable, who: Person): AsyncGenerator<readonly StoredRow[]> {
  let last: StoredRow | null = null;
  for (let isFull = true; isFull; ) {
    const [page]: readonly [readonly StoredRow[]] = await batch(db, [
      selectAbout(db, table, who, rowsPerPage, last),
    ]);
    last = page.at(-1) ?? null;
    isFull = page.length === rowsPerPage;
    if (page.length > 0) yield page;
  }
}

/** Chunks of whole lines: whom it is about, each row with its table, and at the end how many there were. */
async function* chunksOf({ db, nowMs }: ActionContext, who: Person) {
  const digest = new crypto.DigestStream("SHA-256");
  const hashing = digest.getWriter();
  const encoder = new TextEncoder();
  const counts: Record<string, number> = {};
  const hashed = async (text: string) => {
    const bytes = encoder.encode(text);
    await hashing.write(bytes);
    return bytes;
  };
  const { id, game, ref } = who;
  yield await hashed(lineOf({ player: { id, game, ref }, exported_at: isoOf(nowMs) }));
  for (const table of personalTables) {
    for await (const page of pagesOf(db, table, who)) {
      counts[table.name] = (counts[table.name] ?? 0) + page.length;
      yield await hashed(page.map((row) => lineOf({ table: table.name, row })).join(""));
    }
  }
  await hashing.close();
  const sha256 = hex(await digest.digest);
  yield encoder.encode(lineOf({ counts, sha256 }));
}

/** The entry of the export comes first: nothing leaves without it. */
export async function exportPlayer(
  ctx: ActionContext,
  player: PlayerRow,
): Promise<ReadableStream<Uint8Array>> {
  const entry = { action: "player.export", target: `player:${player.id}`, details: {} } as const;
  await batch(ctx.db, await auditWrites(ctx, entry));
  const chunks = chunksOf(ctx, player);
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await chunks.return(undefined);
    },
  });
}
