/** Reading the trail: filters by the indexes there are, pages, the export, refusals, verification. */
import { beforeEach, describe, expect, it } from "vitest";
import { exportAudit } from "../../src/actions/export-audit.ts";
import { eraseAuditPayloads } from "../../src/db/audit.ts";
import { batch, createDb } from "../../src/db/client.ts";
import * as operations from "../../src/http/operations.ts";
import { expectAnswer, expectProblem } from "./contract.ts";
import { watchedD1 } from "./fault.ts";
import { createPlayer, iso } from "./samples.ts";
import { costOf, createService, env, freshDatabase, nowMs, type Service } from "./service.ts";
import { all, append, appendBulk, dropTriggers, run, trail } from "./trail.ts";

let service: Service;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

const list = async (query = "") => (await service.call(`/api/audit${query}`)).body;
const idsOf = (entries: readonly { id: number }[]) => entries.map(({ id }) => id);

describe("GET /api/audit", () => {
  it("shows what was done, by whom and from where, and whether it is sealed", async () => {
    const player = await createPlayer(service, { username: "Nightjar", game: "cs2", ref: "r" });
    await trail.seal(1);
    const headers = { "cf-connecting-ip": "192.0.2.7" };
    await service.call(`/api/players/${player}`, { method: "PATCH", body: { username: "Owl" }, headers });
    const reply = await service.call("/api/audit");
    expectAnswer(reply, operations.listAudit, 200);
    expect(reply.body.entries).toMatchObject([
      {
        id: 2,
        at: iso(nowMs),
        action: "player.rename",
        actor: "user:tester",
        target: `player:${player}`,
        request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        address: "192.0.2.7",
        details: { from: "Nightjar", to: "Owl" },
        sealed: false,
      },
      {
        id: 1,
        action: "player.create",
        details: { username: "Nightjar", game: "cs2", ref: "r" },
        sealed: true,
      },
    ]);
    expect(JSON.stringify(reply.body)).not.toContain("salt");
  });

  it("shows an erased entry without what was personal", async () => {
    await append(1);
    const db = createDb(env.DB);
    await batch(db, [eraseAuditPayloads(db, "player:0")]);
    const [entry] = (await list()).entries;
    expect(entry).toMatchObject({ actor: "user:ann", address: null, details: null });
  });

  it("pages newest first, also through entries of one moment", async () => {
    await append(3);
    await appendBulk(5, nowMs + 1_000);
    await append(2, nowMs - 5_000);
    const seen: number[] = [];
    let cursor = "";
    do {
      const page = await list(`?limit=3${cursor}`);
      seen.push(...idsOf(page.entries));
      cursor = page.next_cursor ? `&cursor=${page.next_cursor}` : "";
    } while (cursor !== "");
    const sorted = await all<{ id: number }>("SELECT id FROM audit_entries ORDER BY at DESC, id DESC");
    expect(seen).toEqual(idsOf(sorted));
  });

  it("filters by one of actor, action and target, and by time", async () => {
    await append(14);
    await appendBulk(2);
    expect(idsOf((await list("?actor=system:cron")).entries)).toEqual([16, 15]);
    expect(idsOf((await list("?action=job.run")).entries)).toEqual([16, 15]);
    expect(idsOf((await list("?target=player:3")).entries)).toEqual([11, 4]);
    expect((await list("?actor=nobody")).entries).toEqual([]);
    const times = `since=${iso(nowMs + 2_000)}&until=${iso(nowMs + 4_000)}`;
    expect(idsOf((await list(`?${times}`)).entries)).toEqual([5, 4, 3]);
    expect(idsOf((await list(`?actor=user:ann&${times}`)).entries)).toEqual([5, 4, 3]);
    expect(idsOf((await list(`?target=player:3&${times}`)).entries)).toEqual([4]);
  });

  it("refuses what no index serves, and says so", async () => {
    for (const query of [
      "?actor=a&action=b",
      "?actor=a&target=b",
      "?action=a&target=b",
      "?actor=a&action=b&target=c",
    ]) {
      for (const path of ["/api/audit", "/api/audit/export"]) {
        const reply = await service.call(path + query);
        expectProblem(reply, 400);
        expect(reply.body.detail).toContain("No index serves");
      }
    }
    expect(await all("SELECT * FROM audit_entries")).toEqual([]);
  });

  it.each(["?limit=0", "?limit=201", "?since=yesterday", "?cursor=x", "?actor=", "?who=x"])(
    "refuses %s",
    async (query) => expectProblem(await service.call(`/api/audit${query}`), 400),
  );

  it("reads its own page, however long the trail is", async () => {
    await appendBulk(3_000, nowMs - 1_000);
    await append(60);
    await trail.seal(10_000);
    const paths = [
      "?",
      "?actor=system:cron&",
      "?action=player.rename&",
      "?target=player:1&",
      `?until=${iso(nowMs)}&`,
    ];
    for (const path of paths) {
      const first = await service.call(`/api/audit${path}limit=5`);
      const next = await service.call(`/api/audit${path}limit=5&cursor=${first.body.next_cursor}`);
      expect(costOf(first).read, path).toBeLessThanOrEqual(2 * 5 + 5);
      expect(costOf(next).read, path).toBeLessThanOrEqual(2 * 5 + 5);
    }
  });

  it("is for admins, and for no key", async () => {
    const { body } = await service.call("/api/auth/keys", {
      body: { name: "k", scopes: ["telemetry:write", "players:read", "analytics:read", "jobs:run"] },
    });
    for (const path of ["", "/export", "/denials", "/verify"]) {
      for (const role of ["viewer", "analyst", "ingest"] as const) {
        expectProblem(await service.call(`/api/audit${path}`, { role }), 403);
      }
      const headers = { "x-api-key": body.key };
      expectProblem(await service.call(`/api/audit${path}`, { role: null, headers }), 403);
    }
  });
});

describe("GET /api/audit/export", () => {
  const linesOf = (text: string) =>
    text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));

  it("streams every entry, its own first, and counts them at the end", async () => {
    await append(3);
    await appendBulk(900, nowMs - 1_000);
    const reply = await service.call("/api/audit/export");
    expect(reply.headers.get("content-type")).toMatch(/^application\/x-ndjson/);
    const lines = linesOf(reply.body);
    expect(lines.pop()).toEqual({ exported: 904, next_cursor: null });
    expect(lines).toHaveLength(904);
    expect(new Set(idsOf(lines)).size).toBe(904);
    expect(lines.find(({ action }) => action === "audit.export")).toMatchObject({
      actor: "user:tester",
      details: {},
    });
    expect(operations.exportAudit.answers[200]?.schema?.parse(lines[0])).toEqual(lines[0]);
  });

  it("takes the filters of the list, says what was asked, and goes on where its limit ended it", async () => {
    await append(10);
    const first = linesOf((await service.call("/api/audit/export?actor=user:ann&limit=7")).body);
    const { exported, next_cursor } = first.pop();
    expect(exported).toBe(7);
    const rest = linesOf((await service.call(`/api/audit/export?actor=user:ann&cursor=${next_cursor}`)).body);
    expect(rest.pop()).toEqual({ exported: 3, next_cursor: null });
    expect(idsOf([...first, ...rest])).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    const exports = (await list("?action=audit.export")).entries;
    expect(exports[1].details).toEqual({ actor: "user:ann" });
  });

  it("reads a page at a time, as fast as it is read from", async () => {
    await appendBulk(2_000);
    let pages = 0;
    const DB = watchedD1(env.DB, (texts) => {
      if (texts.some((text) => text.includes("audit_at"))) pages += 1;
    });
    const origin = { principal: "user:x", address: null, requestId: null };
    const ctx = {
      db: createDb(DB),
      nowMs,
      origin,
      completion: null,
      reach: { games: null, defaultGame: "" },
    };
    const stream = await exportAudit(
      { ...ctx, newId: () => "" },
      {
        filter: { by: null, sinceMs: 0, untilMs: nowMs },
        limit: 5_000,
        before: null,
        asked: {},
        writeCursor: () => "",
      },
    );
    const reader = stream.getReader();
    const { value } = await reader.read();
    expect(new TextDecoder().decode(value).split("\n")).toHaveLength(201);
    expect(pages).toBeLessThanOrEqual(2);
    await reader.cancel();
    expect(pages).toBeLessThanOrEqual(2);
  });
});

describe("GET /api/audit/denials", () => {
  it("shows refusals by minute, newest first, in pages", async () => {
    const refused = (address: string, times: number) =>
      Promise.all(
        Array.from({ length: times }, () =>
          service.call("/api/players", { role: null, headers: { "cf-connecting-ip": address } }),
        ),
      );
    await refused("192.0.2.1", 3);
    service.clock.nowMs += 60_000;
    await refused("192.0.2.1", 1);
    await refused("192.0.2.2", 2);
    await service.call("/api/audit", { role: "viewer", subject: "eve" });
    const reply = await service.call("/api/audit/denials");
    expectAnswer(reply, operations.listDenials, 200);
    const rows = reply.body.denials.map(({ minute, kind, who, count }: Record<string, unknown>) => [
      minute,
      kind,
      who,
      count,
    ]);
    const [first, second] = [iso(nowMs), iso(nowMs + 60_000)];
    expect(rows).toEqual([
      [second, "no_credentials", "192.0.2.2", 2],
      [second, "no_credentials", "192.0.2.1", 1],
      [second, "forbidden", "user:eve", 1],
      [first, "no_credentials", "192.0.2.1", 3],
    ]);
    const page = (await service.call("/api/audit/denials?limit=3")).body;
    const rest = (await service.call(`/api/audit/denials?limit=3&cursor=${page.next_cursor}`)).body;
    expect([...page.denials, ...rest.denials]).toEqual(reply.body.denials);
    expect(rest.next_cursor).toBeNull();
  });
});

describe("GET /api/audit/verify", () => {
  it("says how far the seals go, in pages, and what is wrong", async () => {
    await appendBulk(450);
    const job = await service.call("/api/ops/jobs/audit/runs", { method: "POST" });
    expect(job.body).toMatchObject({ processed: 451, remaining: 0 });
    const sound = await service.call("/api/audit/verify");
    expectAnswer(sound, operations.verifyAudit, 200);
    expect(sound.body).toEqual({
      checked: 451,
      sealed_through: 451,
      unsealed: 0,
      head: "ok",
      problems: [],
      next: null,
    });
    await dropTriggers();
    await run("UPDATE audit_entries SET actor = 'x' WHERE id = 300");
    const first = (await service.call("/api/audit/verify?limit=1")).body;
    expect(first).toMatchObject({ checked: 200, problems: [], next: 200 });
    const second = (await service.call(`/api/audit/verify?limit=1&after=${first.next}`)).body;
    expect(second.problems).toEqual([{ kind: "altered", id: 300, through: 300 }]);
  });

  it("counts what the sealer cost", async () => {
    await appendBulk(200);
    const job = await service.call("/api/ops/jobs/audit/runs", { method: "POST" });
    // The run's own entry is 6 rows with its indexes and the counter of ids, and two blocks are two seals.
    expect(costOf(job).written).toBe(8);
    expect(costOf(await service.call("/api/audit/verify")).written).toBe(0);
  });

  it("without a sealer is not configured, nor is sealing, and nothing else minds", async () => {
    const unsealed = createService({ AUDIT_SEALER: undefined as never });
    expectProblem(await unsealed.call("/api/audit/verify"), 503);
    expectProblem(await unsealed.call("/api/ops/jobs/audit/runs", { method: "POST" }), 503);
    expect((await unsealed.call("/api/audit")).body.entries).toEqual([]);
  });

  it.each(["?after=-1", "?after=x", "?limit=1001", "?limit=0"])("refuses %s", async (query) =>
    expectProblem(await service.call(`/api/audit/verify${query}`), 400),
  );
});
