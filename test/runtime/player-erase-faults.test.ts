/** Erasing while D1 fails at every call in turn, and while others write of the same player. */
import { beforeEach, describe, expect, it } from "vitest";
import { watchedD1 } from "./fault.ts";
import { tablesAbout } from "./privacy.ts";
import { expectCountersRight } from "./recount.ts";
import { createPlayer, idOf, iso, send, sessionRow, sessionRows } from "./samples.ts";
import { createService, env, freshDatabase, nowMs, runJobs, type Service } from "./service.ts";

let service: Service;
beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

const owl = (id: number) => ({ id, game: "default", ref: "owl" });
const erased = ["audit_entries", "erasures"];

async function aBusyPlayer(): Promise<number> {
  await send(service, sessionRows(0, 1_050, "owl"));
  await send(service, sessionRows(0, 10, "jay"));
  const event = { player: "owl", event_id: "e", type: "speed_hack", occurred_at: iso(nowMs) };
  await service.call("/api/telemetry/events", { body: { events: [event] } });
  await service.call("/api/security/report", {
    body: { player_id: await idOf(service, "jay"), reporter: "owl" },
  });
  await runJobs(service);
  const player_id = await idOf(service, "owl");
  await service.call("/api/decisions", { body: { player_id, type: "ban", reason: "Aim assistance." } });
  return player_id;
}

/** A service whose D1 fails at the nth call of a request, before the call is made or after. */
function failingAt(n: number, isAfter: boolean): Service {
  let calls = 0;
  const fail = () => {
    throw new Error("D1_ERROR: the network is down");
  };
  const before = () => {
    calls += 1;
    if (!isAfter && calls === n) fail();
  };
  const after = () => {
    if (isAfter && calls >= n) fail();
  };
  return createService({ DB: watchedD1(env.DB, before, after) });
}

describe("an erasure whose store fails", () => {
  it.each([false, true])(
    "at each call of it in turn (after the call: %s) is whole in the end",
    async (isAfter) => {
      const id = await aBusyPlayer();
      const path = `/api/players/${id}?reason=Asked`;
      for (let n = 2; n <= 9; n++) {
        await failingAt(n, isAfter).call(path, { method: "DELETE" });
        await expectCountersRight();
        const found = (await service.call(`/api/players/${id}`)).status === 200;
        const marked = await env.DB.prepare("SELECT count(*) AS n FROM erasures").first("n");
        expect(found).toBe(marked === 0);
      }
      await service.call(path, { method: "DELETE" });
      for (let n = 2; n <= 60; n++) {
        const broken = failingAt(n, isAfter);
        await broken.call("/api/ops/jobs/erasures/runs", { method: "POST" });
        await expectCountersRight();
      }
      await runJobs(service, "erasures");
      expect(await tablesAbout(owl(id))).toEqual(erased);
      await expectCountersRight();
      expect(await env.DB.prepare("SELECT count(*) AS n FROM sessions").first("n")).toBe(10);
    },
  );
});

describe("an erasure beside other writes", () => {
  /** A service that has the player erased just before its first batch that matches. */
  function overtaken(id: number, pattern: RegExp): Service {
    let isDone = false;
    const DB = watchedD1(env.DB, async (texts) => {
      if (isDone || !texts.some((text) => pattern.test(text))) return;
      isDone = true;
      expect((await service.call(`/api/players/${id}?reason=Asked`, { method: "DELETE" })).status).toBe(200);
    });
    return createService({ DB });
  }

  it("gives sessions that were on their way to a new player", async () => {
    const id = await aBusyPlayer();
    const late = overtaken(id, /INSERT INTO sessions/);
    await send(late, [sessionRow(2_000, "owl")]);
    expect(await idOf(service, "owl")).toBeGreaterThan(id);
    await runJobs(service, "erasures");
    await expectCountersRight();
    expect(await env.DB.prepare("SELECT count(*) AS n FROM sessions").first("n")).toBe(11);
  });

  it("tells whoever renames, reports or decides that nobody is there", async () => {
    const calls = [
      [/UPDATE players SET username/, "/api/players/ID", { method: "PATCH", body: { username: "Late" } }],
      [/INSERT INTO events/, "/api/security/report", { body: { player_id: 0 } }],
      [/INSERT INTO decisions/, "/api/decisions", { body: { player_id: 0, type: "ban", reason: "Late." } }],
      [/INSERT INTO cases/, "/api/cases", { body: { player_id: 0 } }],
    ] as const;
    for (const [place, [pattern, path, call]] of calls.entries()) {
      const id = await createPlayer(service, { username: "Nightjar", ref: `n${place}` });
      const body = "player_id" in call.body ? { ...call.body, player_id: id } : call.body;
      const reply = await overtaken(id, pattern).call(path.replace("ID", String(id)), { ...call, body });
      expect(reply.status, path).toBe(404);
      await expectCountersRight();
    }
    await runJobs(service, "erasures");
    const late = await env.DB.prepare(
      "SELECT count(*) AS n FROM audit_entries WHERE payload LIKE '%\"Late%'",
    ).first("n");
    expect(late).toBe(0);
  });

  it("lets a sweep that had read the player score the others", async () => {
    await send(service, [...sessionRows(0, 20, "owl"), ...sessionRows(0, 20, "jay")]);
    const id = await idOf(service, "owl");
    expect(await runJobs(overtaken(id, /UPDATE standings SET changed_at = NULL/))).toBeGreaterThan(0);
    await runJobs(service, "erasures");
    await expectCountersRight();
  });

  it("is done once by two at the same time", async () => {
    const id = await aBusyPlayer();
    const path = `/api/players/${id}?reason=Asked`;
    const replies = await Promise.all([1, 2].map(() => service.call(path, { method: "DELETE" })));
    expect(replies.map(({ status }) => status).filter((status) => status === 200).length).toBeGreaterThan(0);
    await Promise.all([1, 2, 3].map(() => service.call("/api/ops/jobs/erasures/runs", { method: "POST" })));
    await runJobs(service, "erasures");
    expect(await tablesAbout(owl(id))).toEqual(erased);
    await expectCountersRight();
  });
});
