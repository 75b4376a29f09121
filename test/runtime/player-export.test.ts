import { beforeEach, describe, expect, it } from "vitest";
import { sha256Hex } from "../../src/auth/digest.ts";
import { createDb } from "../../src/db/client.ts";
import { personalTables, selectAbout } from "../../src/db/person.ts";
import { insertAbout } from "./privacy.ts";
import { createPlayer, idOf, send, sessionRows } from "./samples.ts";
import { costOf, createService, env, freshDatabase, type Service } from "./service.ts";

let service: Service;
beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

const linesOf = (text: string) => text.trimEnd().split("\n");

async function exported(id: number) {
  const reply = await service.call(`/api/players/${id}/export`);
  expect(reply.status).toBe(200);
  const text: string = reply.body;
  const lines = linesOf(text).map((line) => JSON.parse(line));
  return { reply, text, start: lines[0], rows: lines.slice(1, -1), end: lines.at(-1) };
}

describe("the export of a player", () => {
  it("holds a row of every table that the registry says holds one, and nobody else's", async () => {
    const mine = { id: 7, game: "cs2", ref: "owl" };
    const other = { id: 8, game: "cs2", ref: "jay" };
    for (const table of personalTables.toReversed()) {
      if (table.name === "erasures") continue;
      await insertAbout(table, mine);
      await insertAbout(table, other);
    }
    const { start, rows, end } = await exported(7);
    expect(start.player).toEqual(mine);
    const tables = new Set(rows.map(({ table }: { table: string }) => table));
    // Of a player that is there, nothing is being erased.
    const expected = personalTables.map(({ name }) => name).filter((name) => name !== "erasures");
    expect([...tables].toSorted()).toEqual(expected.toSorted());
    for (const { table, row } of rows) {
      const { person } = personalTables.find(({ name }) => name === table) ?? {};
      const value = row[person?.column ?? ""];
      expect([7, 700, "owl", "player:7", "subject-7"], table).toContain(value);
    }
    // The export's own entry came first, so it is among what is stored.
    expect(end.counts.audit_entries).toBe(2);
  });

  it("is whole beyond one page, says its hash, and leaves an entry", async () => {
    await send(service, sessionRows(0, 1_203, "owl"));
    await send(service, sessionRows(0, 5, "jay"));
    const id = await idOf(service, "owl");
    const { text, rows, end, reply } = await exported(id);
    const sessions = rows.filter(({ table }: { table: string }) => table === "sessions");
    expect(new Set(sessions.map(({ row }: { row: { session_id: string } }) => row.session_id)).size).toBe(
      1_203,
    );
    expect(end.counts).toMatchObject({ players: 1, sessions: 1_203, standings: 1 });
    const before = text.slice(0, text.lastIndexOf("\n", text.length - 2) + 1);
    expect(end.sha256).toBe(await sha256Hex(before));
    expect(reply.headers.get("content-type")).toContain("application/x-ndjson");
    const { body } = await service.call("/api/audit?action=player.export");
    expect(body.entries).toMatchObject([{ target: `player:${id}` }]);
  });

  it("reads what it gives, not what others have", async () => {
    await send(service, sessionRows(0, 400));
    const id = await createPlayer(service, { username: "Owl", ref: "owl" });
    const db = createDb(env.DB);
    for (const table of personalTables) {
      const query = selectAbout(db, table, { id, game: "default", ref: "owl" }, 500, null).getQuery();
      const { results } = await env.DB.prepare(`EXPLAIN QUERY PLAN ${query.sql}`)
        .bind(...query.params)
        .all<{ detail: string }>();
      const scans = results.filter(({ detail }) => /^SCAN (?!CONSTANT)/.test(detail));
      expect(scans, table.name).toEqual([]);
    }
    expect(costOf((await exported(id)).reply).written).toBeLessThanOrEqual(7);
  });

  it.each(["viewer", "analyst", "ingest"] as const)("is not for %s", async (role) => {
    const id = await createPlayer(service, { username: "Owl" });
    expect((await service.call(`/api/players/${id}/export`, { role })).status).toBe(403);
    expect((await service.call(`/api/players/${id}?reason=x`, { role, method: "DELETE" })).status).toBe(403);
  });
});
