/** Reports come in, weigh what their reporter is worth, and can be muted and listed. */
import { beforeEach, describe, expect, it } from "vitest";
import * as operations from "../../src/http/operations.ts";
import { expectAnswer, expectProblem } from "./contract.ts";
import { watchedD1 } from "./fault.ts";
import { expectCountersRight, expectDaysRight } from "./recount.ts";
import { credibilityStored, freshReports, rate, report, service, suspect } from "./reports.ts";
import { createPlayer, iso, send, sessionRow } from "./samples.ts";
import { costOf, createService, env, nowMs, runJobs } from "./service.ts";
import { all, snapshot } from "./trail.ts";

beforeEach(freshReports);

const listed = async (query = "") => {
  const reply = await service.call(`/api/players/${suspect}/reports${query}`);
  expectAnswer(reply, operations.listPlayerReports, 200);
  return reply.body.reports;
};
const mute = (reporter: string, body: object) =>
  service.call(`/api/reporters/${encodeURIComponent(reporter)}/mute`, { method: "PUT", body });

describe("a report", () => {
  it("from a client of before: the same answer, stored as it was", async () => {
    const { body } = await report({ notes: "Through smoke.", reporter: "me" });
    expect(body.event).toMatchObject({ event_type: "manual_report", severity: "medium", session_id: null });
    expect(await listed()).toMatchObject([
      { id: body.event.id, reason: "manual_report", weight: 0.25, party: null },
    ]);
    await report();
    expect((await service.call("/api/reporters")).body.reporters).toHaveLength(1);
    await expectCountersRight();
    await expectDaysRight();
  });

  it("names a session and a party, strictly", async () => {
    await send(service, [sessionRow(1, suspect)]);
    await report({ reporter: "Owl", session_id: "s1", party: "lobby-9" });
    expect(await listed()).toMatchObject([
      {
        reporter: "Owl",
        session_id: "s1",
        session_known: true,
        party: "lobby-9",
        weight: 0.5,
        outcome: null,
      },
    ]);
    for (const body of [{ party: "" }, { session_id: 7 }, { party: "x".repeat(129) }, { lobby: "x" }]) {
      expectProblem(
        await service.call("/api/security/report", { body: { player_id: suspect, ...body } }),
        400,
      );
    }
  });

  it("of a session that arrives after it weighs in full from then on", async () => {
    await report({ reporter: "Owl", session_id: "s1" });
    await runJobs(service);
    expect(await listed()).toMatchObject([{ session_known: false, weight: 0.25 }]);
    const before = await credibilityStored();
    await send(service, [sessionRow(1, suspect, { mode: "default" })]);
    await runJobs(service);
    expect(await listed()).toMatchObject([{ session_known: true, weight: 0.5 }]);
    expect(before).toEqual([0.25]);
    expect(await credibilityStored()).toEqual([0.5]);
  });

  it("another player's session is none of this one's", async () => {
    await send(service, [sessionRow(1, "somebody")]);
    await report({ reporter: "Owl", session_id: "s1" });
    expect(await listed()).toMatchObject([{ session_known: false, weight: 0.25 }]);
  });

  it("weighs what its reporter was worth then, whatever becomes of them", async () => {
    await rate("Owl", 6, 0);
    await report({ reporter: "Owl" });
    await rate("Owl", 6, 90);
    expect(await listed()).toMatchObject([{ weight: 0.4 }]);
    expect(await all("SELECT weight, proven FROM reports")).toEqual([{ weight: 0.8, proven: 1 }]);
  });

  it("costs three round trips, and a crash at each of them leaves all or nothing", async () => {
    const calls: string[] = [];
    const counting = createService({ DB: watchedD1(env.DB, (texts) => void calls.push(texts.join("\n"))) });
    const reply = await report({ reporter: "Owl", session_id: "s" }, counting);
    // One of them is the day, in `activity_days`.
    expect(costOf(reply).written).toBeLessThanOrEqual(21);
    const own = calls.filter((text) => /reports|FROM players p/.test(text)).length;
    expect(own).toBe(3);
    for (let failing = 1; failing <= calls.length; failing++) {
      const before = await snapshot();
      let call = 0;
      const DB = watchedD1(env.DB, () => {
        call += 1;
        if (call === failing) throw new Error("D1_ERROR: the network is down");
      });
      const failed = await createService({ DB }).call("/api/security/report", {
        body: { player_id: suspect, reporter: "Owl" },
      });
      expect(failed.status).toBeGreaterThanOrEqual(500);
      const { auth_sessions: _, ...domain } = (await snapshot()).domain;
      const { auth_sessions: __, ...was } = before.domain;
      expect(domain).toEqual(was);
    }
  });
});

describe("a mute", () => {
  it("takes the weight and nothing else, until it ends by itself", async () => {
    const open = await report({ reporter: "Owl" });
    const answer = await mute("Owl", { game: "cs2", days: 2, reason: "Reports whoever wins." });
    expectAnswer(answer, operations.muteReporter, 200);
    expect(answer.body).toMatchObject({
      muted_until: iso(nowMs + 2 * 86_400_000),
      credibility: 0.5,
      reports: 1,
    });
    const muted = await report({ reporter: "Owl" });
    const shape = ({ status, body }: typeof open) => ({
      status,
      body: { ...body, event: { ...body.event, id: "" } },
    });
    expect(shape(muted)).toEqual(shape(open));
    expect([...muted.headers.keys()].sort()).toEqual([...open.headers.keys()].sort());
    service.clock.nowMs += 2 * 86_400_000 - 1;
    await report({ reporter: "Owl" });
    service.clock.nowMs += 1;
    await report({ reporter: "Owl" });
    expect((await listed()).map(({ weight }: { weight: number }) => weight).sort()).toEqual([
      0, 0, 0.25, 0.25,
    ]);
    expect((await service.call("/api/reporters/Owl?game=cs2")).body).toMatchObject({
      muted_until: null,
      reports: 4,
    });
  });

  it("is lifted, and set again, and said twice changes nothing", async () => {
    await report({ reporter: "Owl/of the night" });
    const until = { game: "cs2", until: iso(nowMs + 1_000), reason: "Loud." };
    await mute("Owl/of the night", until);
    const trail = (await snapshot()).trail.length;
    expect((await mute("Owl/of the night", until)).body.muted_until).toBe(until.until);
    expect((await snapshot()).trail).toHaveLength(trail);
    const path = "/api/reporters/Owl%2Fof%20the%20night/mute?game=cs2";
    const lifted = await service.call(path, { method: "DELETE" });
    expectAnswer(lifted, operations.unmuteReporter, 200);
    expect(lifted.body).toMatchObject({ muted_until: null, mute_reason: null });
    expect((await snapshot()).trail).toHaveLength(trail + 1);
    await service.call(path, { method: "DELETE" });
    expect((await snapshot()).trail).toHaveLength(trail + 1);
    await report({ reporter: "Owl/of the night" });
    expect((await listed())[0]).toMatchObject({ weight: 0.25 });
  });

  it("is of one game, of somebody who reported, until a time that lies ahead, for a reason", async () => {
    await report({ reporter: "Owl" });
    expectProblem(await mute("Owl", { days: 1, reason: "x" }), 404);
    expectProblem(await mute("Heron", { game: "cs2", days: 1, reason: "x" }), 404);
    for (const body of [
      { days: 1 },
      { reason: "x" },
      { days: 1, until: iso(nowMs + 1), reason: "x" },
      { days: 0, reason: "x" },
      { until: iso(nowMs), reason: "x" },
      { days: 1, reason: " " },
      { days: 1, reason: "x", forever: true },
    ]) {
      expectProblem(await mute("Owl", { game: "cs2", ...body }), 400);
    }
    for (const role of ["viewer", "ingest"] as const) {
      const call = { method: "PUT", role, body: { game: "cs2", days: 1, reason: "x" } };
      expectProblem(await service.call("/api/reporters/Owl/mute", call), 403);
    }
  });

  it("names the reporter in the trail's payload alone, which can be erased", async () => {
    await report({ reporter: "Owl" });
    await mute("Owl", { game: "cs2", days: 1, reason: "Loud." });
    const [entry] = await all<{ target: string; payload: string }>(
      "SELECT target, payload FROM audit_entries WHERE action = 'reporter.mute'",
    );
    expect(entry?.target).toBe("game:cs2");
    expect(JSON.parse(entry?.payload ?? "{}")).toMatchObject({ reporter: "Owl", reason: "Loud." });
  });
});

describe("lists", () => {
  it("of reporters go on where they stopped, in a game and over all", async () => {
    const other = await createPlayer(service, { username: "Other", game: "tf2" });
    for (let i = 0; i < 7; i++) await report({ reporter: `r${i}` });
    for (let i = 0; i < 3; i++)
      await service.call("/api/security/report", { body: { player_id: other, reporter: `r${i}` } });
    for (const [query, expected] of [
      ["?limit=2", 10],
      ["?limit=2&game=cs2", 7],
      ["?limit=2&game=tf2", 3],
      ["?game=rust", 0],
    ] as const) {
      const seen: string[] = [];
      for (let path: string | null = `/api/reporters${query}`; path !== null; ) {
        const reply = await service.call(path);
        expectAnswer(reply, operations.listReporters, 200);
        expect(costOf(reply).read).toBeLessThanOrEqual(reply.body.reporters.length + 5);
        seen.push(
          ...reply.body.reporters.map((row: Record<string, string>) => `${row.game}/${row.reporter}`),
        );
        const { next_cursor } = reply.body;
        path = next_cursor === null ? null : `/api/reporters${query}&cursor=${next_cursor}`;
      }
      expect(seen).toHaveLength(expected);
      expect(seen).toEqual([...new Set(seen)].sort());
    }
  });

  it("of reports go on where they stopped, newest first, four rows a report", async () => {
    for (let i = 0; i < 9; i++) await report({ reporter: `r${i % 3}`, session_id: "s" });
    const ids = (await listed()).map(({ id }: { id: string }) => id);
    const seen: string[] = [];
    for (let path: string | null = `/api/players/${suspect}/reports?limit=2`; path !== null; ) {
      const reply = await service.call(path);
      expect(costOf(reply).read).toBeLessThanOrEqual(4 * reply.body.reports.length + 5);
      seen.push(...reply.body.reports.map(({ id }: { id: string }) => id));
      const { next_cursor } = reply.body;
      path = next_cursor === null ? null : `/api/players/${suspect}/reports?limit=2&cursor=${next_cursor}`;
    }
    expect(seen).toEqual(ids);
    expect(seen).toHaveLength(9);
  });
});
