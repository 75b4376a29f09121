/** The stream: every change once and in order, at the cost of a page, and nothing lost by anybody who stays away. */
import { beforeEach, describe, expect, it } from "vitest";
import * as operations from "../../src/http/operations.ts";
import { expectAnswer, expectProblem } from "./contract.ts";
import { aPlayer, dayMs, end, expectDecisionsWhole, later, made } from "./decisions.ts";
import { watchedD1 } from "./fault.ts";
import {
  type Call,
  costOf,
  createService,
  env,
  freshDatabase,
  type Reply,
  runJobs,
  type Service,
} from "./service.ts";
import { all, run } from "./trail.ts";

let service: Service;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
  await service.call("/api/auth/me");
});

const stream = (query: string, more: Call = {}): Promise<Reply> =>
  service.call(`/api/decisions/stream?${query}`, more);
type Change = {
  seq: number;
  kind: string;
  decision: { id: number; player_id: number | null; ref: string | null; game: string };
};
const told = (reply: Reply) =>
  reply.body.changes.map(({ kind, decision }: Change) => `${kind} ${decision.id}`);
const house = () => runJobs(service, "housekeeping");

/** `n` decisions of as many players, made behind the service's back. */
const fill = (n: number, game = "cs2") =>
  run(
    `INSERT INTO decisions (player_id, place, subject, home, game, type, starts_at, reason, origin, made_by, made_at, emitted)
      WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < ${n})
      SELECT i * 100 + unicode('${game}'), 1, 'p' || i, '${game}', '${game}', 'ban', 0, 'r', 'person', 'user:x', 0, 'waiting' FROM c`,
    `INSERT INTO decision_changes (game, subject, decision_id, kind, at, body)
      SELECT game, subject, id, 'add', ${service.clock.nowMs}, json_object('id', id, 'player_id', player_id, 'home', home, 'ref', subject,
        'game', game, 'type', type, 'policy', NULL, 'starts_at', '1970-01-01T00:00:00.000Z', 'expires_at', NULL, 'end_kind', NULL)
      FROM decisions WHERE emitted = 'waiting'`,
    `UPDATE decisions SET emitted = 'added', added_seq = c.seq FROM decision_changes c
      WHERE c.decision_id = decisions.id AND decisions.emitted = 'waiting'`,
  );

/** All pages from a cursor on, as they were answered. */
async function pages(query: string, since: string | null, more: Call = {}): Promise<Reply[]> {
  const replies: Reply[] = [];
  for (let cursor = since; ; ) {
    const reply = await stream(`${query}${cursor === null ? "" : `&since=${cursor}`}`, more);
    expectAnswer(reply, operations.streamDecisions, 200);
    replies.push(reply);
    cursor = reply.body.cursor;
    if (!reply.body.has_more) return replies;
  }
}
const keyOf = async (games: string[]): Promise<Call> => {
  const { body } = await service.call("/api/auth/keys", {
    body: { name: games.join(), scopes: ["decisions:read"], games },
  });
  const call = { role: null, headers: { "x-api-key": body.key } };
  await service.call("/api/auth/me", call);
  return call;
};

describe("the stream", () => {
  it("tells each addition and removal once, in order, and the same again for the same cursor", async () => {
    const [start] = await pages("", null);
    expect(told(start as Reply)).toEqual([]);
    const player_id = await aPlayer(service);
    const first = await made(service, { player_id, type: "ban" });
    await made(service, { player_id, type: "watch" });
    await end(service, first.id);
    const since = `since=${start?.body.cursor}`;
    const reply = await stream(since);
    expect(told(reply)).toEqual(["add 1", "add 2", "remove 1"]);
    expect(reply.body.changes[2].decision.end_kind).toBe("revoked");
    expect((await stream(since)).body.changes).toEqual(reply.body.changes);
    expect(told(await stream(`since=${reply.body.cursor}`))).toEqual([]);
    // Who starts anew is told what holds.
    expect(told(await stream(""))).toEqual(["add 2"]);
    expect(told(await stream("since=0"))).toEqual(["add 2"]);
  });

  it("says starts and expiries when the job finds them due", async () => {
    const player_id = await aPlayer(service);
    await made(service, { player_id, type: "ban", starts_at: later(60_000), expires_at: later(120_000) });
    const [start] = await pages("", null);
    const since = `since=${start?.body.cursor}`;
    service.clock.nowMs += 60_000;
    await runJobs(service, "decisions");
    expect(told(await stream(since))).toEqual(["add 1"]);
    service.clock.nowMs += 60_000;
    await runJobs(service, "decisions");
    const reply = await stream(since);
    expect(told(reply)).toEqual(["add 1", "remove 1"]);
    expect(reply.body.changes[1].decision.end_kind).toBe("expired");
    await expectDecisionsWhole();
  });

  it.each(["since=x", "limit=9", "limit=1001", "wait=26", "wait=1.5", "page=1"])(
    "refuses %s",
    async (query) => expectProblem(await stream(query), 400),
  );
});

describe("a page", () => {
  it("reads its rows and one more, anew and from a cursor, for all games and for some", async () => {
    const others = ["cs2", "rust", "tf2", "dota", "hl2"];
    const callers: [string[], Call][] = [[others, {}]];
    for (const games of [["cs2"], ["cs2", "rust"], ["cs2", "rust", "tf2", "dota"], others]) {
      callers.push([games, await keyOf(games)]);
    }
    const starts: Reply[] = [];
    for (const [, call] of callers) starts.push((await pages("", null, call))[0] as Reply);
    for (const game of [...others, "*"]) await fill(70, game);
    for (const [place, [games, call]] of callers.entries()) {
      for (const since of [null, starts[place]?.body.cursor]) {
        const replies = await pages("limit=20", since, call);
        for (const reply of replies) expect(costOf(reply).read).toBeLessThanOrEqual(21);
        const changes = replies.flatMap(({ body }) => body.changes) as Change[];
        expect(changes).toHaveLength(70 * (games.length + 1));
        const seqs = changes.map(({ seq }) => seq);
        expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
        expect(new Set(changes.map(({ decision }) => decision.game))).toEqual(new Set([...games, "*"]));
      }
    }
  });

  it("for a key bound to games names no player of another", async () => {
    const theirs = await aPlayer(service, "r1", "rust");
    await made(service, { player_id: theirs, type: "ban", scope: "all" });
    await made(service, { player_id: theirs, type: "ban" });
    const [reply] = await pages("", null, await keyOf(["cs2"]));
    expect(reply?.body.changes).toMatchObject([{ decision: { ref: "r1", game: "*", player_id: null } }]);
    expect((await stream("")).body.changes[0].decision.player_id).toBe(theirs);
  });
});

describe("staying away", () => {
  it("for thirty days is too long, a moment less is not, and what holds is told anew", async () => {
    const player_id = await aPlayer(service);
    const [gone, stays] = [
      await made(service, { player_id, type: "ban" }),
      await made(service, { player_id, type: "watch" }),
    ];
    const [start] = await pages("", null);
    await end(service, gone.id);
    const since = `since=${start?.body.cursor}`;
    service.clock.nowMs += 30 * dayMs;
    await house();
    expect(told(await stream(since))).toEqual([`remove ${gone.id}`]);
    service.clock.nowMs += 1;
    const reply = await stream(since);
    expectProblem(reply, 410);
    expect(reply.body.type).toMatch(/:cursor_gone$/);
    expect(told(await stream(""))).toEqual([`add ${stays.id}`]);
  });

  it("costs a quiet mirror nothing: it has been told everything each time it asked", async () => {
    await made(service, { player_id: await aPlayer(service), type: "ban" });
    let cursor = (await stream("")).body.cursor;
    for (let day = 0; day < 80; day += 20) {
      service.clock.nowMs += 20 * dayMs;
      await house();
      const reply = await stream(`since=${cursor}`);
      expect(told(reply)).toEqual([]);
      cursor = reply.body.cursor;
    }
    expect(told(await stream(""))).toEqual(["add 1"]);
  });

  it("prunes in slices, and never the last change", async () => {
    await fill(1_200);
    service.clock.nowMs += 31 * dayMs;
    const slice = await service.call("/api/ops/jobs/housekeeping/runs", { method: "POST" });
    expect(slice.body.processed).toBe(0);
    service.clock.nowMs += 1;
    await house();
    expect(await all("SELECT seq FROM decision_changes")).toEqual([{ seq: 1_200 }]);
    expect((await pages("limit=1000", null)).flatMap(told)).toHaveLength(1_200);
  });

  it("is told by a database that was put back to an earlier day", async () => {
    await made(service, { player_id: await aPlayer(service), type: "ban" });
    const { body } = await stream("");
    await run("DELETE FROM decision_changes");
    expectProblem(await stream(`since=${body.cursor}`), 410);
  });
});

describe("waiting", () => {
  /** A service whose pauses pass at once, with the time; `during` runs in each. */
  function patient(during: (pause: number) => Promise<unknown> | undefined) {
    let pauses = 0;
    const heads: string[] = [];
    const DB = watchedD1(env.DB, (texts) => {
      if (texts.length === 1 && texts[0]?.startsWith("SELECT max(seq)")) heads.push(texts[0]);
    });
    const waiting = createService(
      { DB },
      {
        pause: async (ms) => {
          waiting.clock.nowMs += ms;
          pauses += 1;
          await during(pauses);
        },
      },
    );
    return { waiting, heads, pauses: () => pauses };
  }

  it("answers as soon as there is something", async () => {
    const player_id = await aPlayer(service);
    const { waiting, pauses } = patient((pause) =>
      pause === 3 ? made(service, { player_id, type: "ban" }) : undefined,
    );
    const { body } = await stream("");
    const reply = await waiting.call(`/api/decisions/stream?wait=25&since=${body.cursor}`);
    expect(told(reply)).toEqual(["add 1"]);
    expect(pauses()).toBe(3);
  });

  it("and with nothing when its time is up, having looked once a second", async () => {
    const { waiting, heads, pauses } = patient(() => undefined);
    const { body } = await stream("");
    const reply = await waiting.call(`/api/decisions/stream?wait=5&since=${body.cursor}`);
    expect([reply.status, told(reply), pauses(), heads.length]).toEqual([200, [], 5, 5]);
  });

  it("together costs no more than alone: one look a second in all", async () => {
    let clockMs = 0;
    const heads: number[] = [];
    const DB = watchedD1(env.DB, (texts) => {
      if (texts.length === 1 && texts[0]?.startsWith("SELECT max(seq)")) heads.push(clockMs);
    });
    const { body } = await stream("");
    const from = service.clock.nowMs;
    let held: (() => void)[] = [];
    // Time passes when all three wait.
    const pause = (ms: number) =>
      new Promise<void>((resolve) => {
        held.push(resolve);
        if (held.length < 3) return;
        clockMs += ms;
        const all = held;
        held = [];
        for (const goOn of all) goOn();
      });
    const together = createService({ DB }, { now: () => from + clockMs, pause });
    const wait = () => together.call(`/api/decisions/stream?wait=6&since=${body.cursor}`);
    await Promise.all([wait(), wait(), wait()]);
    expect(clockMs).toBe(6_000);
    expect(heads.length).toBeGreaterThan(2);
    expect(heads.length).toBeLessThanOrEqual(6);
    for (const [place, at] of heads.entries()) {
      if (place > 0) expect(at - (heads[place - 1] ?? 0)).toBeGreaterThanOrEqual(1_000);
    }
  });
});
