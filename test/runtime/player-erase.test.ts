import { beforeEach, describe, expect, it } from "vitest";
import { personalTables } from "../../src/db/person.ts";
import { insertAbout, tablesAbout } from "./privacy.ts";
import { expectCountersRight } from "./recount.ts";
import { createPlayer, idOf, iso, send, sessionRow, sessionRows } from "./samples.ts";
import { costOf, createService, env, freshDatabase, nowMs, runJobs, type Service } from "./service.ts";
import { createWebhook } from "./webhook-samples.ts";

let service: Service;
beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

const erase = (player: string | number, on = service) =>
  on.call(`/api/players/${player}?reason=Asked`, { method: "DELETE" });
const all = async <T>(text: string): Promise<T[]> => (await env.DB.prepare(text).all<T>()).results;
const runSlice = () => service.call("/api/ops/jobs/erasures/runs", { method: "POST" });

/** Histograms of a scope with what is not folded into them yet. */
async function folded(): Promise<string> {
  await runJobs(service, "baselines");
  const rows = await all<{ histogram: string; players: number }>(
    "SELECT histogram, players FROM scopes ORDER BY 1",
  );
  return JSON.stringify(rows);
}

/** Players with sessions and events, all scored. */
async function populate(players: readonly string[]): Promise<void> {
  for (const player of players) {
    await send(service, sessionRows(0, 30, player, { reaction_time_ms: 240 }));
    const event = { player, event_id: "e", type: "speed_hack", occurred_at: iso(nowMs) };
    await service.call("/api/telemetry/events", { body: { events: [event] } });
  }
  await runJobs(service);
}

describe("erasing a player", () => {
  it("hides it at once from every read, and leaves the counters right", async () => {
    await populate(["owl", "jay", "kite"]);
    const id = await idOf(service, "owl");
    const reply = await erase(id);
    expect(reply.status).toBe(200);
    expect(reply.body).toMatchObject({ player_id: id, stage: "sessions", finished_at: null });
    for (const path of ["", "/sessions", "/events", "/export", "/behavior"]) {
      expect((await service.call(`/api/players/${id}${path}`)).status, path).toBe(404);
    }
    expect((await service.call("/api/players/@owl?game=default")).status).toBe(404);
    const { body } = await service.call("/api/players");
    expect(body.players.map((one: { ref: string }) => one.ref).toSorted()).toEqual(["jay", "kite"]);
    const dashboard = await service.call("/api/security/dashboard");
    expect(JSON.stringify(dashboard.body)).not.toContain('"owl"');
    const [totals] = await all<{ players: number }>("SELECT players FROM totals");
    expect(totals?.players).toBe(2);
  });

  it("leaves every counter right after each slice, and nothing of the player at the end", async () => {
    await populate(["owl", "jay"]);
    await send(service, sessionRows(30, 1_130, "owl"));
    const id = await idOf(service, "owl");
    await erase(id);
    await expectCountersRight();
    for (let slices = 1; ; slices++) {
      expect(slices).toBeLessThan(50);
      const { body } = await runSlice();
      await expectCountersRight();
      if (body.remaining === 0) break;
    }
    expect(await tablesAbout({ id, game: "default", ref: "owl" })).toEqual(["audit_entries", "erasures"]);
    expect(await all("SELECT ref, username, targets, stage FROM erasures")).toEqual([
      { ref: null, username: null, targets: "[]", stage: "done" },
    ]);
    const { body } = await erase(id);
    expect(body).toMatchObject({ player_id: id, stage: "done", finished_at: iso(nowMs) });
  });

  it("takes its bins out of the histograms exactly once", async () => {
    await populate(["jay", "kite"]);
    const without = await folded();
    await freshDatabase();
    service = createService();
    await populate(["jay", "kite", "owl"]);
    await erase("@owl");
    await runJobs(service, "erasures");
    expect(JSON.parse(await folded())).toEqual(JSON.parse(without));
  });

  it("takes out what is folded already, and leaves an empty scope", async () => {
    await populate(["owl"]);
    expect(await folded()).not.toContain('"histogram":"{}"');
    await erase("@owl");
    expect(await folded()).toBe('[{"histogram":"{}","players":0}]');
  });

  it("ends live decisions first, in the stream and for webhooks, and then forgets what it told", async () => {
    const player_id = await createPlayer(service, { username: "Nightjar", ref: "owl" });
    await createWebhook(service);
    await service.call("/api/decisions", { body: { player_id, type: "ban", reason: "Aim assistance." } });
    const { body: start } = await service.call("/api/decisions/stream");
    await erase(player_id);
    const { body } = await service.call(`/api/decisions/stream?since=${start.cursor}`);
    expect(body.changes).toMatchObject([{ kind: "remove", decision: { ref: "owl", end_kind: "expunged" } }]);
    const check = await service.call("/api/decisions/check?player=@owl&game=default");
    expect(check.body.allowed).toBe(true);
    const told = await all<{ type: string }>("SELECT type FROM outbox ORDER BY id");
    expect(told.map(({ type }) => type)).toContain("decision.ended");
    // Nobody was told yet: the end waits, the rest is gone.
    await runJobs(service, "erasures");
    expect(await all("SELECT stage FROM erasures")).toEqual([{ stage: "outbox" }]);
    await env.DB.batch([
      env.DB.prepare("UPDATE outbox_position SET event_id = (SELECT max(id) FROM outbox)"),
      env.DB.prepare("UPDATE deliveries SET state = 'delivered'"),
    ]);
    service.clock.nowMs += 3_600_000;
    await runJobs(service, "erasures");
    expect(await all("SELECT stage FROM erasures")).toEqual([{ stage: "done" }]);
    const left = await all<{ data: string }>("SELECT data FROM outbox");
    expect(left).toEqual([{ data: "{}" }]);
  });

  it("takes the name off the reports that it made, and forgets what kind of reporter it was", async () => {
    await createPlayer(service, { username: "Nightjar", ref: "owl" });
    const player_id = await createPlayer(service, { username: "Jay", ref: "jay" });
    await service.call("/api/security/report", { body: { player_id, reporter: "owl" } });
    await service.call("/api/security/report", { body: { player_id, reporter: "kite" } });
    await service.call("/api/reporters/owl/mute", {
      method: "PUT",
      body: { days: 7, reason: "Reports everybody." },
    });
    await erase("@owl");
    await runJobs(service, "erasures");
    const reporters = await all<{ reporter: string | null }>(
      "SELECT reporter FROM reports ORDER BY reporter",
    );
    expect(reporters).toEqual([{ reporter: null }, { reporter: "kite" }]);
    expect(await all("SELECT reporter FROM events ORDER BY reporter")).toEqual(reporters);
    expect(await all("SELECT reporter FROM reporters")).toEqual([{ reporter: "kite" }]);
    expect(await all("SELECT payload FROM audit_entries WHERE action = 'reporter.mute'")).toEqual([
      { payload: null },
    ]);
    await expectCountersRight();
  });

  it("deletes a row of every table that the registry says holds one, and nobody else's", async () => {
    const mine = { id: 7, game: "cs2", ref: "owl" };
    const other = { id: 8, game: "cs2", ref: "jay" };
    for (const table of personalTables) {
      if (table.name === "erasures") continue;
      await insertAbout(table, mine);
      await insertAbout(table, other);
    }
    const before = await tablesAbout(other);
    await erase(7);
    await runJobs(service, "erasures");
    expect(await tablesAbout(mine)).toEqual(["audit_entries", "erasures"]);
    expect(await tablesAbout(other)).toEqual(before);
    const entries = await all<{ action: string; payload: string | null }>(
      "SELECT action, payload FROM audit_entries WHERE target = 'player:7'",
    );
    expect(entries.filter(({ payload }) => payload !== null).map(({ action }) => action)).toEqual([
      "player.erase",
    ]);
  });

  it("forgets answers that are kept for those who ask again", async () => {
    const headers = { "idempotency-key": "k" };
    const { body } = await service.call("/api/players", {
      body: { username: "Nightjar", ref: "owl" },
      headers,
    });
    await service.call("/api/players", { body: { username: "Jay" }, headers: { "idempotency-key": "l" } });
    await erase(body.id);
    await runJobs(service, "erasures");
    const [left] = await all<{ body: string }>("SELECT body FROM idempotency_keys");
    expect(left?.body).toContain("Jay");
  });

  it("knows nothing of the player when telemetry names it again", async () => {
    await populate(["owl"]);
    const id = await idOf(service, "owl");
    await erase(id);
    await send(service, [sessionRow(0, "owl")]);
    const again = await idOf(service, "owl");
    expect(again).toBeGreaterThan(id);
    await runJobs(service, "erasures");
    expect(await all("SELECT player_id FROM sessions")).toEqual([{ player_id: again }]);
    await expectCountersRight();
  });

  it("costs few rows a session", async () => {
    await send(service, sessionRows(0, 1_000, "owl"));
    await runJobs(service);
    const begun = await erase("@owl");
    let written = 0;
    for (let remaining = 1; remaining > 0; ) {
      const reply = await runSlice();
      written += costOf(reply).written;
      remaining = reply.body.remaining;
    }
    expect(costOf(begun).written).toBeLessThanOrEqual(40);
    expect(written / 1_000).toBeLessThan(2.1);
  });

  it("wants a reason", async () => {
    const id = await createPlayer(service, { username: "Owl" });
    expect((await service.call(`/api/players/${id}`, { method: "DELETE" })).status).toBe(400);
    expect((await erase(999)).status).toBe(404);
  });
});
