/** Adapters through the running service: keys in paths, matches in pieces, resends, and what nobody may ever store. */
import { beforeEach, describe, expect, it } from "vitest";
import { flushStreams } from "../../src/actions/flush-streams.ts";
import { createDb } from "../../src/db/client.ts";
import * as operations from "../../src/http/operations.ts";
import { adapters } from "../../src/telemetry/adapters/registry.ts";
import {
  gameOver,
  logOf,
  matchLines,
  privateLines,
  steam64,
} from "../telemetry/adapters/fixtures/cs2-match.ts";
import { expectAnswer, expectProblem } from "./contract.ts";
import { expectCountersRight, expectDaysRight, tableCounts } from "./recount.ts";
import { type Call, createService, env, freshDatabase, type Reply, type Service } from "./service.ts";

let service: Service;
beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

const base = "/api/telemetry/adapters";
async function keyFor(adapter: string, more: object = {}): Promise<string> {
  const { body } = await service.call("/api/auth/keys", { body: { name: adapter, adapter, ...more } });
  return body.key;
}

/** A log cut into pieces, each with the headers of a CS2 server. */
function postsOf(text: string, pieces: number, token = "server-a"): Call[] {
  const bytes = new TextEncoder().encode(text);
  const size = Math.ceil(bytes.length / pieces);
  return Array.from({ length: pieces }, (_, n) => ({
    role: null,
    raw: bytes.slice(n * size, (n + 1) * size),
    headers: {
      "content-type": "text/plain",
      "x-server-instance-token": token,
      "x-logbytes-beginoffset": String(n * size),
      "x-logbytes-endoffset": String(Math.min(bytes.length, (n + 1) * size)),
    },
  }));
}

const send = (key: string, post: Call, adapter = "cs2-log") =>
  service.call(`${base}/${adapter}/${key}`, { method: "POST", ...post });
async function sendAll(key: string, posts: readonly Call[]): Promise<Reply[]> {
  const replies: Reply[] = [];
  for (const post of posts) replies.push(await send(key, post));
  return replies;
}
const sessions = async () =>
  (
    await env.DB.prepare(
      "SELECT p.ref, s.* FROM sessions s JOIN players p ON p.id = s.player_id ORDER BY 1",
    ).all()
  ).results;
const everythingStored = async () => {
  const { results } = await env.DB.prepare(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '\\_%' ESCAPE '\\'",
  ).all<{ name: string }>();
  const tables = await env.DB.batch(results.map(({ name }) => env.DB.prepare(`SELECT * FROM ${name}`)));
  return JSON.stringify(tables.map((table) => table.results));
};

describe("a match, posted in pieces by a server that knows nothing but a URL", () => {
  it("becomes one session a player, however it is cut, resent or raced", async () => {
    const key = await keyFor("cs2-log");
    const posts = postsOf(logOf(matchLines), 7);
    const replies = await sendAll(
      key,
      posts.flatMap((post) => [post, post]),
    );
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
    expectAnswer(replies[0] as Reply, operations.readAdapterByPath, 200);
    const stored = await sessions();
    expect(stored.map(({ ref }) => ref)).toEqual([1, 2, 3, 4].map(steam64));
    expect(stored[0]).toMatchObject({ kills: 3, deaths: 2, headshots: 1, mode: "competitive" });
    await sendAll(key, postsOf(logOf(matchLines), 3));
    await Promise.all(Array.from({ length: 6 }, () => send(key, postsOf(logOf(matchLines), 1)[0] as Call)));
    expect(await sessions()).toEqual(stored);
    await expectCountersRight();
    await expectDaysRight();
  });

  it("stands beside another server's under the same key", async () => {
    const key = await keyFor("cs2-log");
    const [a, b] = ["server-a", "server-b"].map((token) => postsOf(logOf(matchLines), 5, token));
    for (let n = 0; n < 5; n++) await sendAll(key, [a?.[n] as Call, b?.[n] as Call]);
    expect(await sessions()).toHaveLength(8);
  });

  it("asks for a range again that has not come, and takes it in order", async () => {
    const key = await keyFor("cs2-log");
    const posts = postsOf(logOf(matchLines), 4);
    expect((await send(key, posts[0] as Call)).status).toBe(200);
    const early = await send(key, posts[2] as Call);
    expectProblem(early, 503);
    expect(early.headers.get("retry-after")).toBe("1");
    for (const post of posts.slice(1)) expect((await send(key, post)).status).toBe(200);
    expect(await sessions()).toHaveLength(4);
  });

  it("is closed after an hour of silence, by the job, and once", async () => {
    const key = await keyFor("cs2-log", { games: ["my-cs2"] });
    const cut = matchLines.indexOf(gameOver);
    expect(cut).toBeGreaterThan(0);
    await sendAll(key, postsOf(logOf(matchLines.slice(0, cut)), 2));
    expect(await sessions()).toEqual([]);
    const oldestMs = { sessions: 0, events: 0 };
    const flush = (nowMs: number) => flushStreams(createDb(env.DB), { nowMs, oldestMs }, 10, () => false);
    const later = service.clock.nowMs + 3_600_000;
    expect(await flush(later - 1)).toBe(0);
    service.clock.nowMs = later;
    const run = await service.call("/api/ops/jobs/streams/runs", { method: "POST" });
    expect(run.body).toMatchObject({ processed: 1, remaining: 0 });
    const closed = await sessions();
    expect(closed).toHaveLength(4);
    expect(await flush(later + 3_600_000)).toBe(1);
    expect(await flush(later + 7_200_000)).toBe(0);
    expect(await sessions()).toEqual(closed);
    expect((await service.call(`/api/players/@${steam64(1)}?game=my-cs2`)).status).toBe(200);
  });
});

describe("a key in a path", () => {
  it("is in no log, no answer and no table", async () => {
    const key = await keyFor("cs2-log");
    const replies = await sendAll(key, postsOf(logOf(matchLines), 2));
    const secret = key.slice(12);
    expect(JSON.stringify([service.log, replies.map(({ body }) => body)])).not.toContain(secret);
    expect(await everythingStored()).not.toContain(secret);
    expect(service.log.at(-1)).toMatchObject({ route: `POST ${base}/:adapter/:key`, actor: "key:1" });
  });

  it("opens its adapter and nothing else, in a path or in a header", async () => {
    const key = await keyFor("cs2-log");
    const [post] = postsOf("", 1) as [Call];
    expect((await send(key, post)).status).toBe(200);
    expectProblem(await send(key, { ...post, raw: "{}" }, "matchzy"), 403);
    const headers = { "x-api-key": key };
    expect((await service.call(`${base}/cs2-log`, { ...post, headers })).status).toBe(200);
    const closed: [string, Call][] = [
      ["/api/players", {}],
      ["/api/telemetry/sessions", { body: { sessions: [] } }],
      ["/api/telemetry/explain", { body: { adapter: "cs2-log", lines: ["x"] } }],
      [`${base}/cs2-log/unparsed`, {}],
    ];
    for (const [path, call] of closed)
      expectProblem(await service.call(path, { ...call, role: null, headers }), 403);
  });

  it("of many scopes is refused there, and so is a revoked one", async () => {
    const wide = (
      await service.call("/api/auth/keys", { body: { name: "wide", scopes: ["telemetry:write"] } })
    ).body;
    const [post] = postsOf("", 1) as [Call];
    expectProblem(await send(wide.key, post), 401);
    expect(
      (await service.call(`${base}/cs2-log`, { ...post, headers: { "x-api-key": wide.key } })).status,
    ).toBe(200);
    const key = await keyFor("cs2-log");
    await service.call("/api/auth/keys/2", { method: "DELETE" });
    expectProblem(await send(key, post), 401);
    for (const text of ["unparsed", "gsi_x", "%00", "a%2fb"]) expectProblem(await send(text, post), 401);
  });
});

describe("what must never be stored", () => {
  it("is nowhere, and neither is what nobody understood, but for its shape", async () => {
    const key = await keyFor("cs2-log");
    const strange = 'Gremlin "GremlinName" 90817263548172635 did a thing with "secretword"';
    const [reply] = await sendAll(key, postsOf(logOf([...privateLines, strange, strange]), 1));
    expect(reply?.body.lines).toMatchObject({ unparsed: 2, parsed: 0 });
    const stored = await everythingStored();
    for (const text of ["hunter2secret", "192.0.2.", "secretword", "GremlinName", "90817263548172635"])
      expect(stored).not.toContain(text);
    const list = await service.call(`${base}/cs2-log/unparsed?key=1`);
    expectAnswer(list, operations.listUnparsed, 200);
    expect(list.body.patterns).toMatchObject([{ key: 1, count: 2 }]);
    expect((await service.call(`${base}/cs2-log/unparsed`)).body.patterns).toEqual([]);
  });

  it("keeps a hundred shapes apart and counts the rest together", async () => {
    const key = await keyFor("cs2-log");
    const word = (n: number) =>
      [...String(n)]
        .map((digit) => "abcdefghij"[Number(digit)])
        .join("")
        .padStart(3, "q");
    for (let n = 0; n < 15; n++) {
      const lines = Array.from({ length: 10 }, (_, i) => `gremlin${word(n * 10 + i)} went away`);
      await send(key, postsOf(logOf(lines), 1, `t${n}`)[0] as Call);
    }
    const { patterns } = (await service.call(`${base}/cs2-log/unparsed?key=1`)).body;
    expect(patterns.length).toBeLessThanOrEqual(120);
    expect(patterns.reduce((sum: number, { count }: { count: number }) => sum + count, 0)).toBe(150);
  });

  it("is explained line by line without a trace", async () => {
    const before = await tableCounts();
    const lines = logOf(matchLines).trimEnd().split("\n");
    const reply = await service.call("/api/telemetry/explain", { body: { adapter: "cs2-log", lines } });
    expectAnswer(reply, operations.explainLines, 200);
    expect(reply.body.lines).toHaveLength(lines.length);
    expect(reply.body.lines.some(({ verdict }: { verdict: string }) => verdict === "never-stored")).toBe(
      true,
    );
    expect(JSON.stringify(reply.body)).not.toContain("hunter2secret");
    expect(await tableCounts()).toEqual(before);
  });
});

describe("what is malformed", () => {
  it("is refused with a problem, and stores nothing", async () => {
    const before = await tableCounts();
    const call = (path: string, options: Call) => service.call(path, options);
    const refused: [number, Reply][] = [
      [400, await call(`${base}/nothing`, { raw: "x" })],
      [415, await call(`${base}/cs2-log`, { raw: "x", headers: { "content-type": "image/png" } })],
      [
        413,
        await call(`${base}/cs2-log`, {
          raw: "x".repeat(9_000_000),
          headers: { "content-type": "text/plain" },
        }),
      ],
      [400, await call(`${base}/cs2-log?server=`, { raw: "x" })],
      [400, await call("/api/telemetry/explain", { body: { adapter: "cs2-log", lines: [] } })],
      [400, await call("/api/telemetry/explain", { body: { adapter: "x", lines: ["x"] } })],
      [400, await call("/api/auth/keys", { body: { name: "x", adapter: "nothing" } })],
      [400, await call("/api/auth/keys", { body: { name: "x", adapter: "get5", scopes: ["players:read"] } })],
    ];
    for (const [status, reply] of refused) expectProblem(reply, status);
    expect(await tableCounts()).toEqual(before);
  });

  it("in the source's own way is counted and never an error", async () => {
    for (const { card } of adapters) {
      const type = card.contentTypes[0] ?? "text/plain";
      for (const raw of ["", "\u0000", "{", "[]", '{"embeds":[null]}', "\uD800 killed", "[".repeat(5_000)]) {
        const reply = await service.call(`${base}/${card.id}`, {
          raw,
          method: "POST",
          headers: { "content-type": type },
        });
        expect([200, 204], `${card.id} ${raw.slice(0, 20)}`).toContain(reply.status);
      }
    }
    expect((await tableCounts()).sessions).toBe(0);
  });

  it("the adapters are listed with what they yield", async () => {
    const reply = await service.call(base, { role: "ingest" });
    expectAnswer(reply, operations.listAdapters, 200);
    expect(reply.body.adapters).toHaveLength(adapters.length);
  });
});
