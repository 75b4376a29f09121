/** What reports move in the risk: a brigade little, a party once, a proven reporter most; and what they cost the sweep. */
import { beforeEach, describe, expect, it } from "vitest";
import { credibilityStored, freshReports, rate, report, service, suspect } from "./reports.ts";
import { createPlayer, send, sessionRows } from "./samples.ts";
import { costOf, nowMs, runJobs } from "./service.ts";
import { run } from "./trail.ts";

beforeEach(freshReports);

describe("a brigade", () => {
  const peopleNats = async (player = suspect) => {
    await runJobs(service);
    const { body } = await service.call(`/api/security/player-risk/${player}`);
    const people = body.ledger.find(({ id }: { id: string }) => id === "report.people");
    return { risk: body.risk_score as number, points: (people?.points ?? 0) as number };
  };

  it("of 50 new accounts moves a player no further than two of its members would, far below the elevated band", async () => {
    await send(service, sessionRows(0, 12, suspect));
    const alone = await peopleNats();
    for (let i = 0; i < 50; i++) {
      service.clock.nowMs += 60_000;
      await report({ reporter: `new-${i}`, severity: "critical", session_id: "s1" });
    }
    const brigade = await peopleNats();
    expect(await credibilityStored()).toEqual([
      expect.closeTo((0.5 * (1 + 1 / 4 + 1 / 9 + 1 / 16 + 1 / 25 + 1 / 36)) / 6, 5),
    ]);
    for (const reporter of ["Owl", "Heron"]) await rate(reporter, 20, 0);
    const second = await createPlayer(service, { username: "Second", game: "cs2", ref: "78" });
    await send(service, sessionRows(0, 12, second));
    for (const reporter of ["Owl", "Heron"])
      await report({ player_id: second, reporter, severity: "critical", session_id: "s1" });
    const proven = await peopleNats(second);
    expect(brigade.risk - alone.risk).toBeLessThan(40);
    expect(brigade.risk).toBeLessThan(proven.risk);
  });

  it("of 50 does not push out of sight what a proven reporter said before", async () => {
    await send(service, sessionRows(0, 12, suspect));
    await rate("Owl", 20, 0);
    await report({ reporter: "Owl", session_id: "s1" });
    const alone = await peopleNats();
    for (let i = 0; i < 50; i++) {
      service.clock.nowMs += 60_000;
      await report({ reporter: `new-${i}` });
    }
    expect((await peopleNats()).points).toBeGreaterThanOrEqual(alone.points - 0.01);
  });

  it("of one party, or of one voice, is one report", async () => {
    await send(service, sessionRows(0, 12, suspect));
    await rate("Owl", 20, 0);
    await report({ reporter: "Owl", session_id: "s1" });
    const one = await peopleNats();
    for (let i = 0; i < 5; i++) await report({ reporter: "Owl", session_id: "s1" });
    const again = await peopleNats();
    expect(again.risk - one.risk).toBeLessThanOrEqual(0.01);
    const third = await createPlayer(service, { username: "Third", game: "cs2", ref: "79" });
    await send(service, sessionRows(0, 12, third));
    const inParty = { player_id: third, session_id: "s1", party: "p-1" };
    for (const reporter of ["Rook", "Wren", "Kite"]) await rate(reporter, 20, 0);
    await report({ ...inParty, reporter: "Rook" });
    const first = await peopleNats(third);
    for (const reporter of ["Wren", "Kite"]) await report({ ...inParty, reporter });
    expect((await peopleNats(third)).risk - first.risk).toBeLessThanOrEqual(0.01);
    await report({ ...inParty, reporter: "Finch", party: "p-2" });
    expect((await peopleNats(third)).risk).toBeGreaterThan(first.risk);
  });
});

describe("the sweep", () => {
  it("reads no more for reports than for other events: 150 rows a standing with six of them", async () => {
    const numbers = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 119)";
    await run(
      `${numbers} INSERT INTO players (id, game, ref, username, name_key, created_at) SELECT 100 + i, 'cs2', 'p' || i, 'p', 'p', 0 FROM n`,
      `INSERT INTO standings (player_id, mode, game, revision, changed_at, due_at, top) SELECT id, 'm', 'cs2', 1, ${nowMs}, ${nowMs}, 1 FROM players WHERE id >= 100`,
      `${numbers} INSERT INTO sessions (player_id, mode, recorded_at, session_id, kills) SELECT p.id, 'm', ${nowMs} - i * 3600000, 's' || i, 9 FROM n, players p WHERE p.id >= 100`,
      `${numbers} INSERT INTO events (player_id, detected_at, id, event_type, severity, source, session_id, reporter)
        SELECT p.id, ${nowMs} - i, 'e' || i, 't', 'medium', CASE i % 3 WHEN 0 THEN 'report' WHEN 1 THEN 'detector' ELSE 'log' END, 's' || i, 'r' || i FROM n, players p WHERE p.id >= 100`,
      `INSERT INTO reports (player_id, id, game, reason, severity, reporter, session_id, reported_at, weight)
        SELECT player_id, id, 'cs2', event_type, severity, reporter, session_id, detected_at, 0.5 FROM events WHERE source = 'report'`,
      "UPDATE totals SET pending = 121",
    );
    const reply = await service.call("/api/ops/jobs/rescore/runs", { method: "POST" });
    expect(reply.body.processed).toBeGreaterThanOrEqual(120);
    const { read, written } = costOf(reply);
    expect((read - 20) / reply.body.processed).toBeLessThanOrEqual(150);
    expect((written - 20) / reply.body.processed).toBeLessThanOrEqual(4);
  });
});
